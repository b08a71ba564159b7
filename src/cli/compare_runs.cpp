#include "compare_runs.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/report/figures.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace milepost {

namespace {

using Json = nlohmann::ordered_json;

/// The tasks of both, those of `after` first and in its order.
std::vector<TaskId> all_tasks(const RunState& before, const RunState& after) {
  std::vector<TaskId> ids;
  for (const RunState* state : {&after, &before}) {
    for (const TaskState& task : state->tasks) {
      if (std::find(ids.begin(), ids.end(), task.planned.id) == ids.end()) ids.push_back(task.planned.id);
    }
  }
  return ids;
}

std::string figures(const TaskState* task) {
  if (!task) return "not in it";
  std::string text(to_string(task->outcome));
  if (task->attempts.empty()) return text;
  const Usage usage = task->usage();
  text += ", " + counted(task->attempts.size(), "attempt") + ", " + human_duration(task->time_spent());
  if (usage.cost_usd) text += ", " + cost_text(usage);
  return text;
}

std::string whole(const RunState& state) {
  return std::to_string(state.count(Outcome::completed)) + " of " + std::to_string(state.tasks.size()) +
         " done, " + human_duration(state.time_spent()) + ", " + cost_text(state.usage());
}

Json object(const TaskState* task) {
  if (!task) return nullptr;
  const Usage usage = task->usage();
  return {{"outcome", to_string(task->outcome)},
          {"attempts", task->attempts.size()},
          {"duration_ms", task->time_spent().count()},
          {"cost_usd", usage.cost_usd ? Json(*usage.cost_usd) : Json()}};
}

Json object(const RunState& state) {
  const Usage usage = state.usage();
  return {{"completed", state.count(Outcome::completed)},
          {"tasks", state.tasks.size()},
          {"duration_ms", state.time_spent().count()},
          {"cost_usd", usage.cost_usd ? Json(*usage.cost_usd) : Json()}};
}

}  // namespace

std::string comparison_text(const RunState& before, const RunState& after) {
  std::string text = "before  " + before.started.run.value + "  " + whole(before) + "\nafter   " +
                     after.started.run.value + "  " + whole(after) + "\n";
  for (const TaskId& id : all_tasks(before, after)) {
    const TaskState *left = before.find(id), *right = after.find(id);
    text += "\n" + one_line(id.value, 60) + "  " + one_line((right ? right : left)->planned.title, 80) +
            "\n  before  " + figures(left) + "\n  after   " + figures(right) + "\n";
  }
  return text;
}

std::string comparison_json(const RunState& before, const RunState& after) {
  Json tasks = Json::array();
  for (const TaskId& id : all_tasks(before, after))
    tasks.push_back(
        {{"id", id.value}, {"before", object(before.find(id))}, {"after", object(after.find(id))}});
  return to_json_text(Json{{"runs", {before.started.run.value, after.started.run.value}},
                           {"tasks", tasks},
                           {"before", object(before)},
                           {"after", object(after)}},
                      JsonForm::document);
}

}  // namespace milepost
