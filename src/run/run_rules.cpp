#include "milepost/run/run_rules.hpp"

#include "milepost/base/text.hpp"
#include "milepost/run/checkpoint.hpp"

#include <algorithm>

namespace milepost {

namespace {

Workflow workflow_of(const RunRules& rules, const Task& task) {
  switch (task.kind) {
    case TaskKind::checkpoint:
      return Workflow::checkpoint;
    case TaskKind::close_out:
      return Workflow::checks_first;
    case TaskKind::scenario:
      return runs_commands(rules, task) ? Workflow::checks_first : Workflow::scenario;
    case TaskKind::validation:  // "TESTING" writes tests, it does not only look
      return to_lower_ascii(task.kind_text).starts_with("testing") ? Workflow::work : Workflow::scenario;
    case TaskKind::coding:
    case TaskKind::research:
    case TaskKind::mixed:
      break;
  }
  return Workflow::work;
}

}  // namespace

bool runs_commands(const RunRules& rules, const Task& task) {
  return !task.verify.empty() &&
         std::all_of(task.verify.begin(), task.verify.end(), [&](const PlanCommand& command) {
           return command.trusted || rules.allow_plan_commands;
         });
}

StepPolicy step_policy(const RunRules& rules, const Task& task) {
  StepPolicy policy;
  policy.workflow = workflow_of(rules, task);
  policy.retries = task.limits.retries ? static_cast<unsigned>(*task.limits.retries) : rules.retries;
  policy.fix_attempts = rules.fix_attempts;
  if (task.kind == TaskKind::scenario && task.limits.retries) policy.fix_attempts = policy.retries;
  if (task.kind == TaskKind::close_out) policy.fix_attempts = policy.retries;
  policy.budget_usd = rules.budget_usd;
  policy.task_budget_usd = task.limits.budget_usd;
  policy.task_budget_tokens = task.limits.budget_tokens;
  policy.checkpoint = checkpoint_of(task);
  if (policy.checkpoint) policy.automatic_pass = automatic_pass(*policy.checkpoint, rules.checkpoints);
  return policy;
}

}  // namespace milepost
