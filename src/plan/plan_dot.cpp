#include "milepost/plan/plan_dot.hpp"

#include "milepost/base/text.hpp"

namespace milepost {

namespace {

std::string dot_text(std::string_view text) {
  std::string word = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') word += '\\';
    word += c;
  }
  return word + "\"";
}

std::string label(const std::string& id, const std::string& title) {
  std::string text = dot_text(one_line(id, 80));
  text.pop_back();
  return text + "\\n" + dot_text(one_line(title, 60)).substr(1);
}

}  // namespace

std::string plan_to_dot(const Plan& plan) {
  std::string dot =
      "digraph plan {\n  rankdir=LR;\n  label=" + label(plan.id, plan.title) + ";\n  node [shape=box];\n";
  for (const Task& task : plan.tasks) {
    dot += "  " + dot_text(task.id.value) + " [label=" + label(task.id.value, task.title);
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
