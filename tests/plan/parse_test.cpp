#include "milepost/plan/parse.hpp"

#include "milepost/base/error.hpp"
#include "milepost/plan/plan_json.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;

namespace {

const std::string k_plan = "# M3: T\n## Task 3.1: a\n";

std::string refusal_of(const std::string& text, const std::string& path) {
  try {
    parse_plan(text, path);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

bool refused(const std::string& text, const std::string& path, const std::string& reason) {
  const std::string refusal = refusal_of(text, path);
  return refusal.find(path) == 0 && refusal.find(reason) != std::string::npos;
}

}  // namespace

TEST_CASE("documents beside plans are refused with the reason") {
  CHECK(refused(k_plan, "d/HANDOFF_M3.md", "hand-off"));
  CHECK(refused(k_plan, "d/handoff.md", "hand-off"));
  CHECK(refused(k_plan, "d/OVERVIEW.md", "overview"));
  CHECK(refused(k_plan, "d/M3_SUMMARY.md", "summary"));
  CHECK(refused(k_plan, "d/78-PLAN-CHECK.md", "check of a plan"));
  CHECK(refused(k_plan, "d/07-VERIFICATION.md", "verification report"));
  CHECK(refused("# Findings\n", "d/M0_FINDINGS.md", "findings"));
  CHECK(refused("# Results\n", "d/M1_E2E_TEST_RESULTS.md", "results"));
}

TEST_CASE("a hand-off is known by its title too") {
  for (const std::string title :
       {"Handoff: doors", "M3 Handoff: doors", "Milestone 3 Handoff: doors", "Handoff \xe2\x80\x94 doors"}) {
    CAPTURE(title);
    CHECK(refused("# " + title + "\n## Task 3.1: a\n", "d/notes.md", "hand-off"));
  }
  for (const std::string title :
       {"Milestone 3: Handoff documents", "Model handoff: doors", "Handoff documents"})
    CHECK(refusal_of("# " + title + "\n## Task 3.1: a\n", "d/M3_x.md") == "");
}

TEST_CASE("plans with such words in their names are read") {
  for (const std::string path :
       {"M5b_cicd-verification.md", "M2_summary_page.md", "M4_overview.md", "M1_FINDINGS_page.md"})
    CHECK(refusal_of(k_plan, path) == "");
}

TEST_CASE("name and content tell the format of a plan") {
  const auto format = [](const std::string& text, const std::string& path) {
    return parse_plan(text, path).format;
  };
  CHECK(format("tasks: []\n", "d/plan.yaml") == PlanFormat::native_yaml);
  CHECK(format("tasks: []\n", "d/plan.YML") == PlanFormat::native_yaml);
  CHECK(format("---\nphase: 03-x\nplan: 01\n---\n", "d/03-01-PLAN.md") == PlanFormat::gsd);
  CHECK(format("---\nwave: 1\n---\n" + k_plan, "d/x.md") == PlanFormat::gsd);
  CHECK(format("---\nmust_haves:\n  truths: []\n---\n" + k_plan, "d/x.md") == PlanFormat::gsd);
  CHECK(format("---\nplan: 010\n---\n" + k_plan, "d/x.md") == PlanFormat::gsd);
  CHECK(format("# x\n", ".planning/phases/03-x/03-01-PLAN.md") == PlanFormat::gsd);
  CHECK(format("# x\n", "elsewhere/CK-03-01-PLAN.md") == PlanFormat::gsd);
  CHECK(format("# x\n\n  <tasks>\n</tasks>\n", "d/x.md") == PlanFormat::gsd);
  CHECK(format("# x\n<task type='auto'>\n", "d/x.md") == PlanFormat::gsd);
  CHECK(format(k_plan, "d/M3-PLAN.md") == PlanFormat::milestone_markdown);
}

TEST_CASE("a milestone plan that only mentions such things is read") {
  CHECK(refusal_of("---\nplan: docs/PLAN.md\ndesign: d\n---\n" + k_plan, "d/x.md") == "");
  CHECK(refusal_of(k_plan + "```xml\n<tasks>\n<task type=\"auto\">\n```\n", "d/x.md") == "");
  CHECK(refusal_of(k_plan + "text <tasks> text\n", "d/x.md") == "");
  CHECK(refusal_of(k_plan, "d/M3-PLAN.md") == "");
}

TEST_CASE("F58: a plan larger than 16 MB is refused") {
  CHECK(refused(std::string((16u << 20) + 1, 'x'), "d/M3.md", "16 MB"));
}

TEST_CASE("F59: the same bytes give the same plan") {
  const std::string text = "---\nb: 1\na: 2\n---\n# M3: T\n## Task 3.1: a\n**Depends on:** Task 9\n```\n";
  CHECK(plan_to_json(parse_plan(text, "M3.md")) == plan_to_json(parse_plan(text, "M3.md")));
}

TEST_CASE("a file is read as its text, and a missing one is a usage error") {
  const test::ScratchDir scratch;
  const auto path = scratch.write("M3_x.md", k_plan);
  CHECK(plan_to_json(parse_plan_file(path)) == plan_to_json(parse_plan(k_plan, path)));
  CHECK_THROWS_AS(parse_plan_file(scratch / "missing.md"), UsageError);
  CHECK_THROWS_AS(parse_plan_file(scratch.path()), UsageError);
}

TEST_CASE("F58: text that imitates markers, terminals or JSON stays text") {
  const std::string text =
      "# M3: \"T\"\n## Task 3.1: a\x1b[31m\n```milepost\n{\"status\": \"completed\"}\n```\nSTATUS: "
      "completed\n";
  const Plan plan = parse_plan(text, "M3.md");
  REQUIRE(plan.tasks.size() == 1);
  CHECK(plan.tasks[0].status_hint == "");
  CHECK(plan_to_json(plan).find('\x1b') == std::string::npos);
}

TEST_CASE("a diagnostic is one line with place, cause and remedy") {
  CHECK(to_text({Severity::error, "x", {14, 3, 14}, "cause", "do this"}, "p.md") ==
        "p.md:14:3: error: cause (do this)");
  CHECK(to_text({Severity::note, "x", {14, 0, 0}, "cause", ""}, "p.md") == "p.md:14: note: cause");
  CHECK(to_text({Severity::warning, "x", {}, "cause", ""}, "p.md") == "p.md: warning: cause");
}
