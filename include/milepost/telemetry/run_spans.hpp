#pragma once

#include "milepost/harness/event.hpp"
#include "milepost/state/run_event.hpp"
#include "milepost/state/run_state.hpp"
#include "milepost/telemetry/trace_span.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// The trace of a run, from its first record alone: a resumed run goes on with the trace that it began. It is
/// that of TRACEPARENT, else one of its own.
std::string trace_id_of(const RunStarted& run);

/// Turns what happens in a run into finished spans: a session of the milestone ⊃ task ⊃ attempt ⊃ tool call,
/// and the verification beside the attempt. Holds only what is still open. No clock, no I/O.
class RunSpans {
 public:
  /// `state` is that after the event. A later session's span has the first one's as its parent.
  std::vector<TraceSpan> on_run_event(const RunEvent& event, const RunState& state);
  /// `now`: milliseconds since 1970. Texts of the agent do not become part of a span; a tool's name does.
  std::vector<TraceSpan> on_agent_event(const TaskId& task, const AgentEvent& event, std::int64_t now);

 private:
  struct OpenTask;
  struct Teller;
  struct OpenTask {
    TraceSpan span;
    std::string path;                  ///< what its id is made of
    std::optional<TraceSpan> attempt;  ///< under way
    std::string attempt_path;
    std::int64_t attempt_end = 0;  ///< of the last attempt: its verification began then
    std::map<std::string, TraceSpan> tools;
    unsigned tool_calls = 0;
  };

  TraceSpan begin(const std::string& path, const std::string& parent, std::string name,
                  std::int64_t now) const;
  OpenTask& task(const TaskId& id, const RunState& state, std::int64_t now);
  void close_attempt(OpenTask& open, std::int64_t now, std::vector<TraceSpan>& finished);
  void close_task(const TaskId& id, std::int64_t now, std::vector<TraceSpan>& finished);

  std::string trace_id_, run_, session_path_;
  std::string harness_, model_;
  std::optional<TraceSpan> session_;
  std::map<TaskId, OpenTask> tasks_;
};

}  // namespace milepost
