#pragma once

#include "milepost/base/exit_code.hpp"
#include "milepost/report/observer.hpp"
#include "milepost/run/task_runner.hpp"
#include "milepost/run/task_worker.hpp"
#include "milepost/state/journal.hpp"
#include "milepost/state/run_state.hpp"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

/// Runs the tasks of a run: one thread a running task, and the calling thread as the only owner of state,
/// journal and observers.
class Orchestrator {
 public:
  /// `state` is the fold of what `journal` holds; both belong to the orchestrator from here on. Observers
  /// outlive it.
  Orchestrator(const WorkPlan& work, RunState state, Journal& journal, std::vector<RunObserver*> observers);

  /// Writes a record that is not a task's (a start, a container), applies it and tells the observers. Calling
  /// thread only.
  void record(RunRecord record);

  /// Asks on the terminal, on the calling thread, when a task needs a person; an answer lets the task go on
  /// at once.
  using Ask = std::function<std::optional<std::string>(const TaskState&)>;

  /// Runs every unfinished task in the order of its dependencies. Returns the exit code of the run's
  /// outcomes; Stopped passes through when `stop` was requested, after every worker has ended. Throws
  /// InfraError when the journal cannot be written.
  ExitCode run(TaskRunner& runner, const Ask& ask, std::stop_token stop);

  const RunState& state() const { return state_; }

 private:
  class Session;
  const WorkPlan& work_;
  RunState state_;
  Journal& journal_;
  std::vector<RunObserver*> observers_;
};

/// The exit code that the outcomes of a run's tasks amount to: failed, then needs_human, limit, infra; ok
/// when all are completed.
ExitCode exit_code_of(const RunState& state);

}  // namespace milepost
