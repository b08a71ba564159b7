#include "milepost/plan/plan_dot.hpp"

#include "dot_text.hpp"

namespace milepost {

using parsing::dot_label;
using parsing::dot_text;

std::string plan_to_dot(const Plan& plan) {
  std::string dot =
      "digraph plan {\n  rankdir=LR;\n  label=" + dot_label(plan.id, plan.title) + ";\n  node [shape=box];\n";
  for (const Task& task : plan.tasks) {
    dot += "  " + dot_text(task.id.value) + " [label=" + dot_label(task.id.value, task.title);
    if (task.kind == TaskKind::checkpoint) dot += ", shape=diamond";
    if (task.kind == TaskKind::validation) dot += ", shape=ellipse";
    dot += "];\n";
  }
  const auto outside = [&](const std::vector<std::string>& plans, const char* style) {
    for (const std::string& id : plans) {
      dot += "  " + dot_text("plan " + id) + " [shape=folder, style=" + style + "];\n";
      for (const Task& task : plan.tasks) {
        if (task.depends_on.empty())
          dot +=
              "  " + dot_text("plan " + id) + " -> " + dot_text(task.id.value) + " [style=" + style + "];\n";
      }
    }
  };
  outside(plan.depends_on, "solid");
  outside(plan.external, "dashed");
  for (const Task& task : plan.tasks) {
    for (const TaskId& before : task.depends_on)
      dot += "  " + dot_text(before.value) + " -> " + dot_text(task.id.value) + ";\n";
  }
  return dot + "}\n";
}

}  // namespace milepost
