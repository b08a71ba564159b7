#pragma once

#include "milepost/run/orchestrator.hpp"

#include "run/fake_task_runner.hpp"
#include "support/scratch_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace milepost::test {

/// A plan of tasks 1.1, 1.2, …, each after the one before.
Plan sequential_plan(int tasks);

/// A run of a plan with a journal in a scratch directory; starting it again resumes it.
struct RunFixture {
  explicit RunFixture(const ScratchDir& directory, int tasks = 3);

  /// Starts the run, or resumes it when there is a journal already, and records its end as a session does.
  ExitCode go(const Orchestrator::Ask& ask = {}, std::stop_token stop = {});
  RunState state() const { return replay(journal_file); }

  Plan plan;
  std::filesystem::path journal_file;
  RunRules rules;
  std::vector<VerifyCommand> checks;
  FakeTaskRunner runner;
  std::vector<RunObserver*> observers;
};

/// The run's result without what depends on time and on how often it was interrupted.
std::string essence(const RunState& state);

}  // namespace milepost::test
