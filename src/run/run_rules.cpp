#include "milepost/run/run_rules.hpp"

#include "milepost/base/text.hpp"
#include "milepost/plan/runnable.hpp"
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

/// The plan's own limits of a task go before the configured ones.
Budget task_budget(Budget budget, const Limits& limits) {
  if (limits.budget_usd) budget.usd = limits.budget_usd;
  if (limits.budget_tokens) budget.tokens = static_cast<std::uint64_t>(*limits.budget_tokens);
  if (limits.budget_turns) budget.turns = static_cast<std::uint64_t>(*limits.budget_turns);
  return budget;
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
  policy.same_failures = rules.same_failures;
  policy.run_budget = rules.run_budget;
  policy.task_budget = task_budget(rules.task_budget, task.limits);
  policy.on_failure = rules.on_failure;
  policy.max_wait = rules.max_wait;
  policy.backoff = rules.backoff;
  policy.harnesses = rules.harnesses;
  policy.wanted_harness = wanted_harness(task);
  // The task's own first; the others stay for failover.
  const auto own = std::ranges::find(policy.harnesses, policy.wanted_harness);
  if (own != policy.harnesses.end()) std::rotate(policy.harnesses.begin(), own, own + 1);
  policy.checkpoint = checkpoint_of(task);
  if (policy.checkpoint) policy.automatic_pass = automatic_pass(*policy.checkpoint, rules.checkpoints);
  return policy;
}

}  // namespace milepost
