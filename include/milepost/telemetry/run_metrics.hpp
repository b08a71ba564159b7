#pragma once

#include "milepost/harness/event.hpp"
#include "milepost/state/run_event.hpp"
#include "milepost/state/run_state.hpp"
#include "milepost/telemetry/metric.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace milepost {

/// The figures of this process's session of a run. No clock, no I/O.
class RunMetrics {
 public:
  /// `delta`: a reading holds only what came since the last one, else all since the session began.
  explicit RunMetrics(bool delta) : delta_(delta) {}

  /// A reading when the event is worth sending one.
  std::optional<MetricReading> on_run_event(const RunEvent& event, const RunState& state);
  void on_agent_event(const TaskId& task, const AgentEvent& event);

 private:
  struct Teller;
  std::string tool_name(const std::string& name);

  const bool delta_;
  MetricStore store_;
  std::int64_t start_ = 0;
  std::string harness_, model_;
  std::map<TaskId, AttemptReason> reasons_;                          ///< of the attempts under way
  std::map<TaskId, std::map<std::string, std::string>> open_tools_;  ///< call id → name
  std::set<std::string> tool_names_;
};

}  // namespace milepost
