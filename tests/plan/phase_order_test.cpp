#include "milepost/plan/phase.hpp"
#include "milepost/plan/phase_dot.hpp"
#include "milepost/plan/phase_json.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

using namespace milepost;

namespace {

using Words = std::vector<std::string>;

PhasePlan plan_of(const std::string& id, const Words& depends_on = {}, std::optional<double> wave = {},
                  const Words& files = {}) {
  PhasePlan item;
  item.plan.format = PlanFormat::gsd;
  item.plan.id = id;
  item.plan.path = id + "-PLAN.md";
  item.plan.phase = id.substr(0, id.find('-'));
  item.plan.number = id.substr(id.find('-') + 1);
  item.plan.depends_on = depends_on;
  item.plan.wave = wave;
  item.plan.files_modified = files;
  return item;
}

Phase arranged(std::vector<PhasePlan> plans) {
  Phase phase;
  phase.name = "37-x";
  phase.plans = std::move(plans);
  arrange(phase);
  return phase;
}

/// "37-01@1 37-02@2": the plans in order with their waves.
std::string order_of(const Phase& phase) {
  std::string text;
  for (const PhasePlan& item : phase.plans)
    text += (text.empty() ? "" : " ") + item.plan.id + "@" + wave_text(item.wave);
  return text;
}

std::string codes_of(const Phase& phase) {
  std::string text;
  for (const PhasePlan& item : phase.plans) {
    for (const Diagnostic& diagnostic : item.plan.diagnostics)
      text += (text.empty() ? "" : " ") + item.plan.id + ":" + diagnostic.code;
  }
  return text;
}

}  // namespace

TEST_CASE("plans without waves run in the levels of their dependencies, natural order inside a wave") {
  const Phase phase = arranged({plan_of("37-10"), plan_of("37-2", {"37-10"}),
                                plan_of("37-03", {"37-2", "37-10"}), plan_of("37-01"), plan_of("37-03b")});
  CHECK(order_of(phase) == "37-01@1 37-03b@1 37-10@1 37-2@2 37-03@3");
  CHECK(codes_of(phase).empty());
  CHECK(phase.find("37-03")->after == std::vector<std::size_t>{2, 3});
  CHECK(phase.find("37-99") == nullptr);
}

TEST_CASE("a declared wave holds a plan back but never lets it run early") {
  CHECK(order_of(arranged({plan_of("37-01", {}, 3), plan_of("37-02", {}, 1)})) == "37-02@1 37-01@3");
  CHECK(order_of(arranged({plan_of("37-01", {}, 1), plan_of("37-02", {"37-01"}, 1)})) == "37-01@1 37-02@2");
  SUBCASE("also not before one it depends on that is declared late") {
    const Phase phase = arranged({plan_of("37-01", {}, 5), plan_of("37-02", {"37-01"}, 2)});
    CHECK(order_of(phase) == "37-01@5 37-02@6");
    CHECK(codes_of(phase) == "37-01:wave-order 37-02:wave-order");
  }
}

TEST_CASE("an early wave moves the first level to 0") {
  CHECK(order_of(arranged({plan_of("37-01", {}, 0.5), plan_of("37-02", {"37-01"}, 1),
                           plan_of("37-03", {}, 1)})) == "37-01@0.5 37-02@1 37-03@1");
  CHECK(order_of(arranged({plan_of("37-00a", {}, 0), plan_of("37-01", {"37-00a"})})) == "37-00a@0 37-01@1");
}

TEST_CASE("a dependency is an id, an id with other zeros, or the beginning of one id") {
  const Phase phase =
      arranged({plan_of("37-01-set-up"), plan_of("37-02", {"37-01"}), plan_of("37-03", {"37-2"})});
  CHECK(order_of(phase) == "37-01-set-up@1 37-02@2 37-03@3");
  CHECK(codes_of(phase).empty());

  PhasePlan by_stem = plan_of("37-04");
  by_stem.externals = {{"37-01-set-up", false}, {"36-02", true}};
  const Phase stems = arranged({plan_of("37-01-set-up"), by_stem});
  CHECK(order_of(stems) == "37-01-set-up@1 37-04@2");
  REQUIRE(stems.find("37-04")->externals.size() == 1);
  CHECK(stems.find("37-04")->externals[0].id == "36-02");
}

TEST_CASE("what is wrong between the plans is told at the plan that says it") {
  const Phase unknown = arranged({plan_of("37-01"), plan_of("37-02", {"37-11"})});
  CHECK(codes_of(unknown) == "37-02:unknown-dependency");
  CHECK(unknown.find("37-02")->unknown == Words{"37-11"});
  CHECK(has_faults(unknown, false));

  const Phase ambiguous = arranged({plan_of("37-01-a"), plan_of("37-01-b"), plan_of("37-02", {"37-01"})});
  CHECK(codes_of(ambiguous) == "37-02:ambiguous-dependency");

  CHECK(codes_of(arranged({plan_of("37-1"), plan_of("37-01")})) == "37-1:duplicate-id");

  PhasePlan waits = plan_of("37-02");
  waits.externals = {{"36-01", false}};
  const Phase external = arranged({waits});
  CHECK(codes_of(external) == "37-02:external-open");
  CHECK_FALSE(has_faults(external, false));
  CHECK(has_faults(external, true));
}

TEST_CASE("a cycle is named once, in order, and everything is still listed") {
  const Phase phase = arranged({plan_of("37-01", {"37-03"}), plan_of("37-02", {"37-01"}),
                                plan_of("37-03", {"37-02"}), plan_of("37-04", {"37-03"}), plan_of("37-05")});
  CHECK(phase.plans.size() == 5);
  CHECK(codes_of(phase) == "37-01:dependency-cycle");
  CHECK(phase.find("37-01")->plan.diagnostics[0].message.find("37-01 -> 37-03 -> 37-02 -> 37-01") !=
        std::string::npos);
}

TEST_CASE("plans of a wave that change the same file do not run together") {
  const Phase phase =
      arranged({plan_of("37-01", {}, 1, {"src/a.cpp", "src/b.cpp"}), plan_of("37-02", {}, 1, {"src/c.cpp"}),
                plan_of("37-03", {}, 1, {"./src/b.cpp", "`src/a.cpp`", "src/c.cpp"}),
                plan_of("37-04", {"37-01"}, 2, {"src/a.cpp"})});
  CHECK(codes_of(phase) == "37-03:shared-file 37-03:shared-file");
  CHECK(may_run_together(phase, 0, 1));
  CHECK_FALSE(may_run_together(phase, 0, 2));
  CHECK_FALSE(may_run_together(phase, 2, 1));
  CHECK_FALSE(may_run_together(phase, 0, 3));
  CHECK_FALSE(may_run_together(phase, 1, 1));
}

TEST_CASE("the same plans give the same bytes whatever their order was") {
  std::vector<PhasePlan> plans = {plan_of("37-01", {}, 1, {"a"}), plan_of("37-02", {"37-01"}, 2, {"b"}),
                                  plan_of("37-03", {"37-01"}, 2, {"b"}), plan_of("37-04", {"37-77"})};
  const Phase phase = arranged(plans);
  std::reverse(plans.begin(), plans.end());
  const Phase again = arranged(plans);
  CHECK(phase_to_json(phase) == phase_to_json(again));
  CHECK(phase_to_dot(phase) == phase_to_dot(again));
  CHECK(phase_diagnostics(phase, Severity::note) == phase_diagnostics(again, Severity::note));

  const auto json = nlohmann::json::parse(phase_to_json(phase));
  CHECK(json["plans"][2]["id"] == "37-02");
  CHECK(json["plans"][2]["wave"] == 2);
  CHECK(json["plans"][2]["depends_on"] == nlohmann::json{"37-01"});
  CHECK(json["plans"][3]["shares"][0]["with"] == "37-02");
  CHECK(json["diagnostics"][0]["code"] == "unknown-dependency");
  const std::string dot = phase_to_dot(phase);
  CHECK(dot.find("label=\"wave 2\"") != std::string::npos);
  CHECK(dot.find("\"37-01\" -> \"37-02\";") != std::string::npos);
  CHECK(dot.find("\"37-02\" -> \"37-03\" [dir=none, style=dotted, label=\"b\"]") != std::string::npos);
}
