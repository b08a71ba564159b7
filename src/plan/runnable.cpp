#include "milepost/plan/runnable.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

std::vector<std::string> not_runnable(const Plan& plan) {
  std::vector<std::string> reasons;
  if (plan.commit == "per-plan")
    reasons.emplace_back("the plan asks for one commit for all of it; milepost commits after each task");
  double wave = 0;
  for (const Task& task : plan.tasks) {
    const std::string name = "task " + one_line(task.id.value, 80);
    if (plan.format != PlanFormat::milestone_markdown && !task.condition.empty())
      reasons.push_back(name + " runs only " + one_line(task.condition, 80));
    if (task.wave && *task.wave < wave)
      reasons.push_back(name + " has an earlier wave than a task before it; tasks run in file order");
    wave = std::max(wave, task.wave.value_or(wave));
  }
  return reasons;
}

std::string wanted_harness(const Task& task) {
  const std::string name = task.limits.harness.value_or("");
  if (name == "claude-code") return "claude";
  return name == "gemini-cli" ? "gemini" : name;
}

std::vector<std::string> unlisted_harnesses(const Plan& plan, const std::vector<std::string>& listed) {
  std::vector<std::string> reasons;
  for (const Task& task : plan.tasks) {
    const std::string wanted = wanted_harness(task);
    if (!wanted.empty() && std::ranges::find(listed, wanted) == listed.end())
      reasons.push_back("task " + one_line(task.id.value, 80) + " wants the harness " + one_line(wanted, 40));
  }
  return reasons;
}

std::vector<std::string> run_cautions(const Plan& plan) {
  std::vector<std::string> cautions;
  if (plan.format == PlanFormat::milestone_markdown) return cautions;
  if (!plan.verification.empty() || !plan.success_criteria.empty())
    cautions.emplace_back("the plan's verification and success criteria are text and are not checked");
  std::vector<std::string> before = plan.depends_on;
  before.insert(before.end(), plan.external.begin(), plan.external.end());
  if (!before.empty())
    cautions.push_back("whether " + join(before, ", ") +
                       " is done is checked only when the directory of plans is run");
  if (!plan.user_setup.empty())
    cautions.emplace_back("the plan needs services that are set up by hand (user_setup)");
  if (!plan.isolation.empty() && plan.isolation != "none")
    cautions.push_back("tasks are not isolated from each other (isolation: " + plan.isolation + ")");
  const bool unverified = std::any_of(plan.tasks.begin(), plan.tasks.end(), [](const Task& task) {
    return task.verify.empty() && task.smoke_commands.empty() && !task.checkpoint;
  });
  if (unverified) cautions.emplace_back("some tasks have no command that verifies them");
  if (std::any_of(plan.tasks.begin(), plan.tasks.end(), [](const Task& task) { return task.tdd; }))
    cautions.emplace_back("test-first tasks (tdd) are committed once, not as test and code");
  return cautions;
}

}  // namespace milepost
