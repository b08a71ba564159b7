#include "milepost/run/commit_message.hpp"

#include "milepost/base/text.hpp"

#include <string_view>
#include <utility>

namespace milepost {

namespace {

std::string_view type_of(const Task& task) {
  switch (task.kind) {
    case TaskKind::validation:
      return "test";
    case TaskKind::research:
    case TaskKind::close_out:
      return "docs";
    case TaskKind::scenario:
    case TaskKind::checkpoint:
      return "fix";
    case TaskKind::coding:
    case TaskKind::mixed:
      break;
  }
  return "feat";
}

/// A title as part of a subject: a plan may have a whole sentence there.
std::string subject_title(std::string_view title) {
  while (!title.empty() && title.back() == '.') title.remove_suffix(1);
  return one_line(title, 60);
}

}  // namespace

std::string commit_mark(const RunId& run, const TaskId& task) {
  return "Milepost-Task: " + run.value + "/" + task.value;
}

std::string commit_message(const Plan& plan, const Task& task, const Config& config, const RunId& run,
                           const std::string& summary) {
  const std::pair<std::string_view, std::string> values[] = {
      {"{plan}", plan.id},
      {"{task}", task.id.value},
      {"{title}", one_line(task.title, 200)},
      {"{type}", std::string(type_of(task))},
      {"{run}", run.value},
      {"{summary}", std::string(trim(printable(summary, /*keep_newlines=*/true)))}};
  if (task.kind == TaskKind::close_out) {
    return "docs(" + plan.id + "): complete " + subject_title(plan.title) + " plan\n\n" +
           commit_mark(run, task.id) + "\n";
  }
  std::string message;
  std::string_view rest = config.commit_message;
  while (!rest.empty()) {
    bool replaced = false;
    for (const auto& [name, value] : values) {
      if (!rest.starts_with(name)) continue;
      message += value;
      rest.remove_prefix(name.size());
      replaced = true;
      break;
    }
    if (replaced) continue;
    message += rest.front();
    rest.remove_prefix(1);
  }
  return std::string(trim(message)) + "\n\n" + commit_mark(run, task.id) + "\n";
}

std::string documents_message(const Plan& plan, const Task& task, const RunId& run) {
  return "docs(" + plan.id + "): bring the hand-off up to date\n\n" + commit_mark(run, task.id) + "\n";
}

}  // namespace milepost
