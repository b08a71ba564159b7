#include "milepost/plan/plan_json.hpp"

#include "task_type.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Task& task) {
  const std::string type(parsing::type_word(task.kind_text));
  Json json;
  json["id"] = task.id.value;
  json["title"] = task.title;
  json["type"] = type.empty() ? Json(nullptr) : Json(type);
  json["type_text"] = task.kind_text;
  json["kind"] = to_string(task.kind);
  json["status_hint"] = task.status_hint;
  json["files"] = task.files;
  Json depends_on = Json::array();
  for (const TaskId& id : task.depends_on) depends_on.push_back(id.value);
  json["depends_on"] = std::move(depends_on);
  json["condition"] = task.condition;
  json["estimate"] = task.estimate;
  json["description"] = task.description;
  Json acceptance = Json::array();
  for (const Criterion& criterion : task.acceptance)
    acceptance.push_back(Json{{"text", criterion.text}, {"ticked", criterion.ticked}});
  json["acceptance"] = std::move(acceptance);
  Json smoke_commands = Json::array();
  for (const PlanCommand& command : task.smoke_commands)
    smoke_commands.push_back(Json{{"run", command.run}, {"line", command.at.line}});
  json["smoke_commands"] = std::move(smoke_commands);
  json["shell_blocks"] = task.shell_blocks;
  json["body"] = task.body;
  json["line"] = task.at.line;
  json["end_line"] = task.at.end_line;
  json["content_hash"] = task.content_hash;
  return json;
}

Json json_of(const E2E& e2e) {
  Json json;
  json["heading"] = e2e.heading;
  json["text"] = e2e.text;
  json["blocks"] = e2e.blocks;
  json["line"] = e2e.at.line;
  json["end_line"] = e2e.at.end_line;
  return json;
}

Json json_of(const Diagnostic& diagnostic) {
  Json json;
  json["severity"] = to_string(diagnostic.severity);
  json["code"] = diagnostic.code;
  json["line"] = diagnostic.at.line;
  json["column"] = diagnostic.at.column;
  json["end_line"] = diagnostic.at.end_line;
  json["message"] = diagnostic.message;
  json["remedy"] = diagnostic.remedy;
  return json;
}

template <class Item>
Json list_of(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(json_of(item));
  return list;
}

}  // namespace

std::string plan_to_json(const Plan& plan) {
  Json json;
  json["format"] = to_string(plan.format);
  json["id"] = plan.id;
  json["title"] = plan.title;
  json["goal"] = plan.goal;
  json["branch"] = plan.branch;
  json["path"] = plan.path;
  json["sha256"] = plan.sha256;
  json["depends_on"] = plan.depends_on;
  json["soft_depends_on"] = plan.soft_depends_on;
  json["meta"] = plan.meta;
  json["tasks"] = list_of(plan.tasks);
  json["e2e"] = list_of(plan.e2e);
  json["diagnostics"] = list_of(plan.diagnostics);
  return json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

}  // namespace milepost
