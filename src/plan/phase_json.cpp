#include "milepost/plan/phase_json.hpp"

#include "milepost/base/json.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

using Json = nlohmann::ordered_json;

/// 2 rather than 2.0, and 0.5.
Json number_of(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}

Json json_of(const PhasePlan& item, const Phase& phase) {
  const Plan& plan = item.plan;
  Json json;
  json["id"] = plan.id;
  json["title"] = plan.title;
  json["path"] = plan.path;
  json["sha256"] = plan.sha256;
  json["wave"] = number_of(item.wave);
  json["declared_wave"] = plan.wave ? number_of(*plan.wave) : Json(nullptr);
  json["level"] = number_of(item.level);
  json["done"] = item.done;
  json["summary"] = item.summary;
  json["gap_closure"] = plan.gap_closure;
  json["autonomous"] = plan.autonomous;
  json["depends_on"] = Json::array();
  for (const std::size_t before : item.after) json["depends_on"].push_back(phase.plans[before].plan.id);
  json["unknown"] = item.unknown;
  json["external"] = Json::array();
  for (const ExternalPlan& external : item.externals)
    json["external"].push_back(Json{{"id", external.id}, {"done", external.done}});
  json["shares"] = Json::array();
  for (const SharedFile& shared : item.shares)
    json["shares"].push_back(Json{{"with", phase.plans[shared.with].plan.id}, {"file", shared.file}});
  json["tasks"] = Json::array();
  for (const Task& task : plan.tasks)
    json["tasks"].push_back(
        Json{{"id", task.id.value}, {"title", task.title}, {"kind", to_string(task.kind)}});
  json["must_haves"] = Json{{"truths", plan.must_haves.truths.size()},
                            {"artifacts", plan.must_haves.artifacts.size()},
                            {"key_links", plan.must_haves.key_links.size()}};
  return json;
}

Json json_of(const Diagnostic& diagnostic, const std::string& path) {
  return Json{{"path", path},
              {"severity", to_string(diagnostic.severity)},
              {"code", diagnostic.code},
              {"line", diagnostic.at.line},
              {"column", diagnostic.at.column},
              {"message", diagnostic.message},
              {"remedy", diagnostic.remedy}};
}

}  // namespace

std::string phase_to_json(const Phase& phase) {
  Json json;
  json["phase"] = phase.name;
  json["path"] = phase.path;
  json["plans"] = Json::array();
  json["diagnostics"] = Json::array();
  for (const PhasePlan& item : phase.plans) {
    json["plans"].push_back(json_of(item, phase));
    for (const Diagnostic& diagnostic : item.plan.diagnostics)
      json["diagnostics"].push_back(json_of(diagnostic, item.plan.path));
  }
  for (const PhaseRemark& remark : phase.remarks)
    json["diagnostics"].push_back(json_of(remark.diagnostic, remark.path));
  return to_json_text(json, JsonForm::document) + "\n";
}

}  // namespace milepost
