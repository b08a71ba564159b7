#include "milepost/plan/plan_json.hpp"

#include "milepost/base/json.hpp"

#include "task_type.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// 2 rather than 2.0, and 0.5.
Json number_of(const std::optional<double>& value) {
  if (!value) return nullptr;
  const auto whole = static_cast<std::int64_t>(*value);
  return static_cast<double>(whole) == *value ? Json(whole) : Json(*value);
}

Json seconds_of(const std::optional<std::chrono::seconds>& value) {
  return value ? Json(value->count()) : Json(nullptr);
}

Json json_of(const PlanCommand& command) {
  Json json;
  json["run"] = command.run;
  json["line"] = command.at.line;
  json["trusted"] = command.trusted;
  json["timeout_seconds"] = seconds_of(command.timeout);
  json["exit"] = command.exit;
  return json;
}

Json json_of(const Limits& limits) {
  Json json;
  json["harness"] = or_null(limits.harness);
  json["model"] = or_null(limits.model);
  json["timeout_seconds"] = seconds_of(limits.timeout);
  json["budget_usd"] = number_of(limits.budget_usd);
  json["budget_turns"] = or_null(limits.budget_turns);
  json["budget_tokens"] = or_null(limits.budget_tokens);
  json["retries"] = or_null(limits.retries);
  return json;
}

Json json_of(const Checkpoint& checkpoint) {
  Json json;
  json["kind"] = to_string(checkpoint.kind);
  json["built"] = checkpoint.built;
  json["steps"] = checkpoint.steps;
  json["question"] = checkpoint.question;
  json["context"] = checkpoint.context;
  json["instructions"] = checkpoint.instructions;
  json["resume"] = checkpoint.resume;
  Json options = Json::array();
  for (const CheckpointOption& option : checkpoint.options) {
    options.push_back(
        Json{{"id", option.id}, {"name", option.name}, {"pros", option.pros}, {"cons", option.cons}});
  }
  json["options"] = std::move(options);
  json["default"] = checkpoint.default_option;
  json["blocking_human"] = checkpoint.blocking_human;
  return json;
}

Json json_of(const Artifact& artifact) {
  Json json;
  json["path"] = artifact.path;
  json["provides"] = artifact.provides;
  json["contains"] = artifact.contains;
  json["not_contains"] = artifact.not_contains;
  json["exports"] = artifact.exports;
  json["min_lines"] = or_null(artifact.min_lines);
  json["line"] = artifact.at.line;
  return json;
}

Json json_of(const KeyLink& link) {
  Json json;
  json["from"] = link.from;
  json["to"] = link.to;
  json["via"] = link.via;
  json["pattern"] = or_null(link.pattern);
  json["line"] = link.at.line;
  return json;
}

Json json_of(const Task& task);
Json json_of(const E2E& e2e);
Json json_of(const Diagnostic& diagnostic);

template <class Item>
Json list_of(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(json_of(item));
  return list;
}

Json json_of(const MustHaves& must) {
  Json json;
  json["truths"] = must.truths;
  json["artifacts"] = list_of(must.artifacts);
  json["key_links"] = list_of(must.key_links);
  return json;
}

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
  json["verify"] = list_of(task.verify);
  json["verify_text"] = task.verify_text;
  json["shell_blocks"] = task.shell_blocks;
  json["label"] = task.label;
  json["read_first"] = task.read_first;
  json["action"] = task.action;
  json["behavior"] = task.behavior;
  json["done"] = task.done;
  json["prompt_file"] = task.prompt_file;
  json["tdd"] = task.tdd;
  json["wave"] = number_of(task.wave);
  json["checkpoint"] = task.checkpoint ? json_of(*task.checkpoint) : Json(nullptr);
  json["limits"] = json_of(task.limits);
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
  json["commands"] = list_of(e2e.commands);
  json["fix_attempts"] = or_null(e2e.fix_attempts);
  json["fix_harness"] = e2e.fix_harness;
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
  json["external"] = plan.external;
  json["phase"] = plan.phase;
  json["plan"] = plan.number;
  json["type"] = plan.type;
  json["wave"] = number_of(plan.wave);
  json["autonomous"] = plan.autonomous;
  json["gap_closure"] = plan.gap_closure;
  json["base"] = plan.base;
  json["files_modified"] = plan.files_modified;
  json["requirements"] = plan.requirements;
  json["context"] = plan.context;
  json["objective"] = plan.objective;
  json["verification"] = plan.verification;
  json["success_criteria"] = plan.success_criteria;
  json["output"] = plan.output;
  json["user_setup"] = plan.user_setup;
  json["must_haves"] = json_of(plan.must_haves);
  json["defaults"] = json_of(plan.defaults);
  json["commit"] = plan.commit;
  json["isolation"] = plan.isolation;
  json["summary_path"] = plan.summary_path;
  json["handoff_path"] = plan.handoff_path;
  json["meta"] = plan.meta;
  json["tasks"] = list_of(plan.tasks);
  json["e2e"] = list_of(plan.e2e);
  json["diagnostics"] = list_of(plan.diagnostics);
  return to_json_text(json, JsonForm::document) + "\n";
}

}  // namespace milepost
