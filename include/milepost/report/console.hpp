#pragma once

#include "milepost/base/time.hpp"
#include "milepost/report/live_state.hpp"
#include "milepost/report/observer.hpp"

#include <cstddef>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace milepost {

struct ConsoleOptions {
  bool colour = false;
  bool quiet = false;    ///< -q: only outcomes
  bool verbose = false;  ///< -v: also the agent's text, tool results and the container
  std::string plan_argument =
      {};  ///< the plan as the user wrote it, for commands shown; "" = its canonical path
  std::string runs_directory = {};  ///< RunStore::runs_directory(); "" = not shown
  std::string handoff = {};         ///< the hand-off document; "" = none
  std::string summary = {};         ///< the plan's summary, written when it is completed; "" = none
  bool for_ci = false;  ///< a CI runner reads along: no line is a command to it, and of what agents do at
                        ///< most 2 MB are shown
  Milliseconds heartbeat{0};  ///< after so long without a line one says what is running; 0: never
  bool collapsed = false;     ///< of a task one line, when it is finished: a live view shows the rest
};

/// Plain progress lines on a stream (stderr): tasks, live tool calls, checks, commits, outcomes, questions,
/// the end. Agent text is always made printable first. A stream that cannot be written is ignored.
class Console : public RunObserver {
 public:
  Console(std::FILE* stream, ConsoleOptions options);
  /// `write` gets whole lines.
  Console(std::function<void(std::string_view)> write, ConsoleOptions options)
      : write_(std::move(write)), options_(std::move(options)) {}
  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId& task, const AgentEvent& event) override;
  void on_progress(std::string_view line) override;
  SteadyClock::time_point next_tick() const override;
  void on_tick() override;

 private:
  void write(std::string_view text);
  void tell_task_going_on(const RunRecord& record, const RunState& state);
  /// A command may print for ever: of each stretch of its output the first lines are shown, then how many
  /// more came.
  void end_output();
  std::function<void(std::string_view)> write_;
  ConsoleOptions options_;
  std::size_t output_lines_ = 0;  ///< of the stretch so far
  std::size_t agent_bytes_ = 0;   ///< shown of what agents do
  LiveState live_;                ///< for the heartbeat
  SteadyClock::time_point wrote_ = SteadyClock::now();
};

}  // namespace milepost
