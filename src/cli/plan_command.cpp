#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/plan/phase_dot.hpp"
#include "milepost/plan/phase_json.hpp"
#include "milepost/plan/plan_dot.hpp"
#include "milepost/plan/plan_json.hpp"

#include "commands.hpp"
#include "phase_listing.hpp"
#include "plan_file.hpp"

namespace milepost {

namespace {

std::string joined(const std::vector<TaskId>& ids) {
  std::string text;
  for (const TaskId& id : ids) text += (text.empty() ? "" : ", ") + id.value;
  return text;
}

std::string task_text(const Task& task) {
  std::string text = "  " + task.id.value + "  " + one_line(task.title, 100) + "\n";
  const auto field = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += "        " + std::string(name) + " " + one_line(value, 160) + "\n";
  };
  field("type  ", task.kind_text.empty() ? std::string(to_string(task.kind)) : task.kind_text);
  field("files ", join(task.files, ", "));
  field("after ", joined(task.depends_on));
  field("when  ", task.condition);
  field("done  ", task.acceptance.empty()
                      ? ""
                      : std::to_string(task.acceptance.size()) +
                            (task.acceptance.size() == 1 ? " acceptance criterion" : " acceptance criteria"));
  return text;
}

std::string plan_text(const Plan& plan) {
  std::string text = plan.id + "  " + one_line(plan.title, 100) + "\n";
  if (!plan.goal.empty()) text += "  goal    " + one_line(plan.goal, 160) + "\n";
  if (!plan.branch.empty()) text += "  branch  " + one_line(plan.branch, 100) + "\n";
  if (!plan.depends_on.empty()) text += "  after   " + join(plan.depends_on, ", ") + "\n";
  text += "  tasks   " + std::to_string(plan.tasks.size()) + "\n\n";
  for (const Task& task : plan.tasks) text += task_text(task);
  if (!plan.e2e.empty()) {
    text += "\n  end-to-end  " + one_line(plan.e2e.front().heading, 100) + " (line " +
            std::to_string(plan.e2e.front().at.line) + ")\n";
  }
  return text;
}

bool has_warnings(const Plan& plan) {
  for (const Diagnostic& diagnostic : plan.diagnostics) {
    if (diagnostic.severity == Severity::warning) return true;
  }
  return false;
}

ExitCode phase_plans(App& app, const Invocation& invocation) {
  const Phase phase = read_phase(invocation.arguments.front());
  if (invocation.has("dot"))
    app.print(phase_to_dot(phase));
  else if (app.json)
    app.print(phase_to_json(phase));
  else
    app.print(phase_listing(phase));
  for (const std::string& diagnostic : phase_diagnostics(phase, Severity::note)) app.say(diagnostic);
  return has_faults(phase, invocation.has("strict")) ? ExitCode::usage : ExitCode::ok;
}

}  // namespace

ExitCode plan_command(App& app, const Invocation& invocation) {
  if (app.json && invocation.has("dot"))
    throw UsageError("--json and --dot exclude each other", "give one of them");
  if (is_phase(invocation.arguments.front())) return phase_plans(app, invocation);
  const Plan plan = open_plan(invocation.arguments.front());
  if (invocation.has("dot"))
    app.print(plan_to_dot(plan));
  else if (app.json)
    app.print(plan_to_json(plan));
  else
    app.print(plan_text(plan));
  for (const Diagnostic& diagnostic : plan.diagnostics) app.say(to_text(diagnostic, plan.path));
  const bool failed = has_errors(plan.diagnostics) || (invocation.has("strict") && has_warnings(plan));
  return failed ? ExitCode::usage : ExitCode::ok;
}

}  // namespace milepost
