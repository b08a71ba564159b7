#pragma once

#include "milepost/harness/event.hpp"
#include "milepost/state/run_event.hpp"
#include "milepost/state/run_state.hpp"

namespace milepost {

/// Sees a run as it happens. All calls come from the main thread, in order; a failure of an observer (a
/// closed pipe, a full disk) must not stop the run.
struct RunObserver {
  virtual ~RunObserver() = default;
  /// After the event was applied to `state` and journaled.
  virtual void on_run_event(const RunEvent& event, const RunState& state) = 0;
  /// What the agent does, live; not journaled.
  virtual void on_agent_event(const TaskId& task, const AgentEvent& event) = 0;
  /// Something takes long: one printable line ("installing claude 2.1.330…").
  virtual void on_progress(std::string_view line) = 0;
};

}  // namespace milepost
