#include "phase_status.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/report/report_json.hpp"

#include "phase_listing.hpp"
#include "run_choice.hpp"
#include "run_listing.hpp"

#include <nlohmann/json.hpp>

#include <map>

namespace milepost {

namespace {

using Json = nlohmann::ordered_json;
using Runs = std::map<std::string, RunSummary>;  // the newest of each plan that has one, by the plan's id

std::string state_of(const PhasePlan& item, const Runs& runs) {
  if (item.done) return "done";
  const auto run = runs.find(item.plan.id);
  if (run == runs.end()) return "open";
  const bool passed = run->second.state && !unfinished(*run->second.state);
  return passed && !run->second.live ? "passed" : standing(run->second);
}

Json json_of(const PhasePlan& item, const Runs& runs) {
  Json json = {
      {"id", item.plan.id}, {"path", item.plan.path}, {"state", state_of(item, runs)}, {"run", nullptr}};
  const auto run = runs.find(item.plan.id);
  if (run == runs.end()) return json;
  if (!run->second.state) {
    json["run"] = Json{{"run", run->second.id.value}, {"problem", run->second.problem}};
    return json;
  }
  json["run"] = Json::parse(report_json(*run->second.state));
  json["run"]["live"] = run->second.live;
  return json;
}

}  // namespace

ExitCode phase_status(App& app, const Invocation& invocation) {
  const Phase phase = read_phase(invocation.arguments.front());
  const RunStore store = app.store(app.code_folder());
  Runs runs;
  for (const PhasePlan& item : phase.plans) {
    if (auto run = store.latest(item.plan.path)) runs.emplace(item.plan.id, std::move(*run));
  }
  if (app.json) {
    Json json = {{"phase", phase.name}, {"path", phase.path}, {"plans", Json::array()}};
    for (const PhasePlan& item : phase.plans) json["plans"].push_back(json_of(item, runs));
    app.print(to_json_text(json, JsonForm::document));
    return ExitCode::ok;
  }
  std::string text = phase_listing(phase, [&](const PhasePlan& item) { return state_of(item, runs); });
  bool resumable = false;
  for (const PhasePlan& item : phase.plans) {
    const auto run = runs.find(item.plan.id);
    if (item.done || run == runs.end()) continue;
    text += "  " + run_line(run->second) + "\n";
    resumable = resumable || (!run->second.live && run->second.state && unfinished(*run->second.state));
  }
  if (resumable) text += "  next: milepost resume " + shell_quote(phase.path) + "\n";
  app.print(text);
  return ExitCode::ok;
}

}  // namespace milepost
