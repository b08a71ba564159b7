#include "milepost/plan/plan.hpp"

#include <algorithm>

namespace milepost {

const Task* Plan::find(const TaskId& task_id) const {
  const auto at =
      std::find_if(tasks.begin(), tasks.end(), [&](const Task& task) { return task.id == task_id; });
  return at == tasks.end() ? nullptr : &*at;
}

std::string_view to_string(TaskKind kind) {
  switch (kind) {
    case TaskKind::coding:
      return "coding";
    case TaskKind::research:
      return "research";
    case TaskKind::mixed:
      return "mixed";
    case TaskKind::validation:
      return "validation";
    case TaskKind::checkpoint:
      return "checkpoint";
    case TaskKind::scenario:
      return "scenario";
    case TaskKind::close_out:
      return "close-out";
  }
  return "coding";
}

std::string_view to_string(CheckpointKind kind) {
  switch (kind) {
    case CheckpointKind::verify:
      return "verify";
    case CheckpointKind::decision:
      return "decision";
    case CheckpointKind::action:
      return "action";
  }
  return "verify";
}

std::string_view to_string(PlanFormat format) {
  switch (format) {
    case PlanFormat::milestone_markdown:
      return "milestone_markdown";
    case PlanFormat::gsd:
      return "gsd";
    case PlanFormat::native_yaml:
      return "native_yaml";
  }
  return "milestone_markdown";
}

}  // namespace milepost
