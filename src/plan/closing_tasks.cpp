#include "milepost/plan/closing_tasks.hpp"

#include "milepost/base/sha256.hpp"

#include <string>

namespace milepost {

namespace {

TaskId free_id(const Plan& plan, std::string id) {
  while (plan.find(TaskId(id))) id += '+';
  return TaskId(std::move(id));
}

void append(Plan& plan, Task task) {
  for (const Task& before : plan.tasks) task.depends_on.push_back(before.id);
  task.content_hash = sha256_hex(task.body);
  plan.tasks.push_back(std::move(task));
}

Task scenario_task(const Plan& plan, const E2E& scenario, std::size_t number) {
  Task task;
  task.id = free_id(plan, std::string(k_e2e_id) + (number == 1 ? "" : "-" + std::to_string(number)));
  task.title = scenario.heading.empty() ? "End-to-end scenario" : scenario.heading;
  task.kind = TaskKind::scenario;
  task.body = "## " + task.title + "\n\n" + scenario.text + "\n";
  if (scenario.text.empty()) {
    for (const PlanCommand& command : scenario.commands) task.body += "```bash\n" + command.run + "```\n";
  }
  task.verify = scenario.commands;
  for (const PlanCommand& command : scenario.commands) task.shell_blocks.push_back(command.run);
  task.at = scenario.at;
  task.limits = plan.defaults;
  task.limits.retries = scenario.fix_attempts;
  if (!scenario.fix_harness.empty()) task.limits.harness = scenario.fix_harness;
  return task;
}

/// The must-haves in words, for the agent that has to mend one.
std::string must_haves_text(const MustHaves& must_haves) {
  std::string text;
  for (const std::string& truth : must_haves.truths) text += "- " + truth + "\n";
  for (const Artifact& artifact : must_haves.artifacts) {
    text += "- the file `" + artifact.path + "`";
    if (!artifact.provides.empty()) text += ": " + artifact.provides;
    text += "\n";
  }
  for (const KeyLink& link : must_haves.key_links) {
    text += "- `" + link.from + "` is connected to `" + link.to + "`";
    if (!link.via.empty()) text += " by " + link.via;
    text += "\n";
  }
  return text;
}

Task close_out_task(const Plan& plan) {
  Task task;
  task.id = free_id(plan, std::string(k_close_out_id));
  task.title = "Close out the plan";
  task.kind = TaskKind::close_out;
  task.body = "## What must be true when the plan is done\n\n" + must_haves_text(plan.must_haves);
  if (!plan.success_criteria.empty()) task.body += "\n" + plan.success_criteria + "\n";
  for (const Artifact& artifact : plan.must_haves.artifacts) task.files.push_back(artifact.path);
  task.limits = plan.defaults;
  return task;
}

bool is_closed_out(const Plan& plan) {
  return plan.format == PlanFormat::gsd || !plan.must_haves.empty() || !plan.summary_path.empty();
}

}  // namespace

Plan with_closing_tasks(Plan plan, const ClosingChoice& choice) {
  if (choice.scenarios) {
    std::size_t number = 0;
    for (const E2E& scenario : plan.e2e) {
      append(plan, scenario_task(plan, scenario, ++number));
      if (plan.format == PlanFormat::milestone_markdown) break;
    }
  }
  if (is_closed_out(plan)) append(plan, close_out_task(plan));
  return plan;
}

Plan without_closing_tasks(Plan plan) {
  std::erase_if(plan.tasks, [](const Task& task) {
    return task.kind == TaskKind::scenario || task.kind == TaskKind::close_out;
  });
  return plan;
}

}  // namespace milepost
