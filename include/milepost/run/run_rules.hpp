#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/run/next_step.hpp"

#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// What a run decides by, from the configuration and the plan.
struct RunRules {
  unsigned retries = 2;        ///< further attempts after the first failed one
  unsigned same_failures = 0;  ///< in a row end a task; 0: never
  Budget run_budget = {}, task_budget = {};
  FailurePolicy on_failure = {};
  Milliseconds max_wait{0}, backoff{0};
  std::vector<std::string> harnesses = {};  ///< names, in the order of failover
  std::string checkpoints =
      "stop";                 ///< how checkpoints pass when nobody can be asked (setting `checkpoints`)
  unsigned fix_attempts = 5;  ///< of a scenario (setting `e2e.fix_attempts`)
  bool allow_plan_commands = false;
  bool one_session = false;  ///< the plan's tasks follow one another in one agent session (GSD)
};

/// The rules for one task: its workflow by its kind, its own limits before the run's.
StepPolicy step_policy(const RunRules& rules, const Task& task);

/// Whether milepost itself runs the commands of a scenario; else the agent runs it and reports.
bool runs_commands(const RunRules& rules, const Task& task);

}  // namespace milepost
