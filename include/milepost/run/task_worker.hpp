#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/run/next_step.hpp"
#include "milepost/run/recorder.hpp"
#include "milepost/run/run_rules.hpp"
#include "milepost/run/task_runner.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

/// What every task of a run shares.
struct WorkPlan {
  const Plan& plan;
  std::vector<VerifyCommand> checks;  ///< told to the agent; the runner runs them
  std::string guidance;
  RunRules rules;
};

/// Takes a task from wherever its journal left it to its outcome: attempt, verify, commit, retry. Runs on the
/// task's own thread and blocks. A failure of the engine, git or the disk ends the task with the outcome
/// infra; Stopped passes through.
Outcome work_on_task(const WorkPlan& work, const Task& task, TaskRunner& runner, Recorder& recorder,
                     std::stop_token stop);

}  // namespace milepost
