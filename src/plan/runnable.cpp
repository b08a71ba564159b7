#include "milepost/plan/runnable.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

/// The settings of a plan or task that a run does not follow and that must not be ignored.
std::string firm_limits(const Limits& limits) {
  std::vector<std::string> names;
  if (limits.harness) names.push_back("harness " + one_line(*limits.harness, 40));
  if (limits.model) names.push_back("model " + one_line(*limits.model, 40));
  if (limits.budget_usd || limits.budget_turns || limits.budget_tokens) names.emplace_back("a budget");
  return join(names, ", ");
}

bool same_firm_limits(const Limits& a, const Limits& b) {
  return a.harness == b.harness && a.model == b.model && a.budget_usd == b.budget_usd &&
         a.budget_turns == b.budget_turns && a.budget_tokens == b.budget_tokens;
}

bool has_soft_limits(const Limits& limits) {
  return limits.timeout || limits.retries;
}

}  // namespace

std::vector<std::string> not_runnable(const Plan& plan) {
  std::vector<std::string> reasons;
  if (const std::string limits = firm_limits(plan.defaults); !limits.empty())
    reasons.push_back("the plan's defaults set " + limits +
                      ", which is not supported yet; set it in the configuration");
  if (!plan.commit.empty() && plan.commit != "per-task")
    reasons.push_back("the plan asks for commits '" + plan.commit + "'; milepost commits after each task");
  double wave = 0;
  for (const Task& task : plan.tasks) {
    const std::string name = "task " + one_line(task.id.value, 80);
    if (task.checkpoint)
      reasons.push_back(name + " is a checkpoint (" + std::string(to_string(task.checkpoint->kind)) + ")");
    if (plan.format != PlanFormat::milestone_markdown && !task.condition.empty())
      reasons.push_back(name + " runs only " + one_line(task.condition, 80));
    if (!task.prompt_file.empty())
      reasons.push_back(name + " has its prompt in " + one_line(task.prompt_file, 80) +
                        ", which is not read yet");
    const std::string limits = firm_limits(task.limits);
    if (!limits.empty() && !same_firm_limits(task.limits, plan.defaults))
      reasons.push_back(name + " sets " + limits + ", which is not supported yet");
    if (std::any_of(task.verify.begin(), task.verify.end(), [](const PlanCommand& c) { return c.exit != 0; }))
      reasons.push_back(name + " has a check that must exit with another status than 0");
    if (task.wave && *task.wave < wave)
      reasons.push_back(name + " has an earlier wave than a task before it; tasks run in file order");
    wave = std::max(wave, task.wave.value_or(wave));
  }
  return reasons;
}

std::vector<std::string> run_cautions(const Plan& plan) {
  std::vector<std::string> cautions;
  if (plan.format == PlanFormat::milestone_markdown) return cautions;
  if (!plan.must_haves.empty()) cautions.emplace_back("the plan's must_haves are not checked");
  if (!plan.verification.empty() || !plan.success_criteria.empty())
    cautions.emplace_back("the plan's verification and success criteria are text and are not checked");
  std::vector<std::string> before = plan.depends_on;
  before.insert(before.end(), plan.external.begin(), plan.external.end());
  if (!before.empty()) cautions.push_back("whether " + join(before, ", ") + " is done is not checked");
  if (!plan.user_setup.empty())
    cautions.emplace_back("the plan needs services that are set up by hand (user_setup)");
  if (!plan.isolation.empty() && plan.isolation != "none")
    cautions.push_back("tasks are not isolated from each other (isolation: " + plan.isolation + ")");
  if (!plan.e2e.empty()) cautions.emplace_back("the end-to-end scenarios are not run");
  if (!plan.summary_path.empty() || !plan.handoff_path.empty())
    cautions.emplace_back("report.summary and report.handoff are not written where the plan says");
  const bool unverified = std::any_of(plan.tasks.begin(), plan.tasks.end(), [](const Task& task) {
    return task.verify.empty() && task.smoke_commands.empty() && !task.checkpoint;
  });
  if (unverified) cautions.emplace_back("some tasks have no command that verifies them");
  if (std::any_of(plan.tasks.begin(), plan.tasks.end(), [](const Task& task) { return task.tdd; }))
    cautions.emplace_back("test-first tasks (tdd) are committed once, not as test and code");
  const bool soft = has_soft_limits(plan.defaults) ||
                    std::any_of(plan.tasks.begin(), plan.tasks.end(), [](const Task& task) {
                      return has_soft_limits(task.limits) ||
                             std::any_of(task.verify.begin(), task.verify.end(),
                                         [](const PlanCommand& c) { return c.timeout.has_value(); });
                    });
  if (soft) cautions.emplace_back("timeouts and retries are those of the configuration, not of the plan");
  return cautions;
}

}  // namespace milepost
