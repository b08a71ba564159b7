#include "plan_change.hpp"

#include "milepost/base/error.hpp"

namespace milepost {

std::vector<std::string> plan_differences(const Plan& plan, const RunState& run) {
  std::vector<std::string> found;
  for (const TaskState& known : run.tasks) {
    const Task* task = plan.find(known.planned.id);
    const std::string name = "task " + known.planned.id.value;
    const std::string standing = " (" + std::string(to_string(known.outcome)) + ")";
    if (!task) {
      found.push_back(name + standing + " is no longer in the plan");
    } else if (task->content_hash != known.planned.content_hash) {
      found.push_back(
          name + standing + " was edited" +
          (known.outcome == Outcome::completed ? "; it counts as done and does not run again" : ""));
    }
  }
  const bool single_task_run = !run.started.only.empty();
  for (const Task& task : plan.tasks) {
    if (!single_task_run && !run.find(task.id)) found.push_back("task " + task.id.value + " is new");
  }
  return found;
}

void check_plan_change(const App& app, const Plan& plan, const RunState& run, bool accepted) {
  if (plan.sha256 == run.started.plan_sha256) return;
  const std::vector<std::string> found = plan_differences(plan, run);
  for (const std::string& difference : found) app.say(plan.path + ": " + difference);
  if (!found.empty() && !accepted) {
    throw UsageError("the plan was edited since run " + run.started.run.value + " began",
                     "add --accept-plan-change to go on with the plan as it is now");
  }
}

}  // namespace milepost
