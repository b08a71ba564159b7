#pragma once

#include "milepost/harness/event.hpp"
#include "milepost/state/run_event.hpp"
#include "milepost/state/run_state.hpp"

#include <string>

namespace milepost {

/// How a worker thread reaches the run's state, which the main thread owns. Any thread.
class Recorder {
 public:
  virtual ~Recorder() = default;
  /// Returns when the record is applied and in the journal (on the disk where it marks a boundary). Throws
  /// InfraError when it cannot be written.
  virtual void record(RunRecord record) = 0;
  /// Shows what the agent does; never blocks, and drops events when the display cannot follow.
  virtual void show(const TaskId& task, AgentEvent event) = 0;
  /// A copy of the state as it is now.
  virtual RunState state() = 0;
};

}  // namespace milepost
