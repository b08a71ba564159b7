#pragma once

#include "milepost/report/observer.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace milepost {

struct ConsoleOptions {
  bool colour = false;
  bool quiet = false;    ///< -q: only outcomes
  bool verbose = false;  ///< -v: every tool call and the agent's text
};

/// Plain progress lines on a stream (stderr): tasks, live tool calls, checks, commits, outcomes, questions,
/// the end. Agent text is always made printable first.
class Console : public RunObserver {
 public:
  Console(std::FILE* stream, ConsoleOptions options) : stream_(stream), options_(options) {}
  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId& task, const AgentEvent& event) override;
  void on_progress(std::string_view line) override;

 private:
  void line(std::string_view text);
  std::FILE* stream_;
  ConsoleOptions options_;
};

}  // namespace milepost
