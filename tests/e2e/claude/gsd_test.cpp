#include "claude_project.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace {

constexpr const char* k_gsd_plan = ".planning/phases/07-garden/07-02-PLAN.md";
constexpr const char* k_summary = ".planning/phases/07-garden/07-02-SUMMARY.md";

std::string task(const std::string& title, const std::vector<Turn>& turns) {
  return "<task type=\"auto\">\n<name>" + title + "</name>\n<action>\nDo it.\n\n~~~~model-script\n" +
         Json(turns).dump(1) + "\n~~~~\n</action>\n</task>\n";
}

Json reports() {
  return {{"text", "That is all."},
          {"block",
           {{"status", "completed"},
            {"summary", "The gate opens both ways."},
            {"decisions", {"One hinge is enough"}},
            {"deviations", {"Left the latch out"}},
            {"provides", {"a gate"}},
            {"subsystem", "garden"},
            {"next_phase", "The latch can follow."}}}};
}

}  // namespace

TEST_CASE("the tasks of a GSD plan share one session, and its summary tells what the agent reported") {
  const Model model;
  const ClaudeProject project(model);
  project.write(
      k_gsd_plan,
      "---\nphase: 07-garden\nplan: 02\nmust_haves:\n  artifacts:\n    - {path: gate.txt, contains: opens}\n"
      "---\n<objective>\nMake the gate open.\n</objective>\n<tasks>\n" +
          task("Task 1: Hinge", {turn(writes("hinge.txt", "turns\n"), done("Hung the hinge."))}) +
          task("Task 2: Gate", {turn(writes("gate.txt", "it opens\n"), reports())}) + "</tasks>\n");
  project.git({"add", "."});
  project.git({"commit", "-qm", "plan"});
  const Ended run = project.milepost({"run", k_gsd_plan, "--harness", "claude"}, 300s);
  INFO(run.err);
  REQUIRE(run.exit == 0);

  const std::vector<Json> requests = model.requests();
  REQUIRE(requests.size() == 4);
  CHECK(requests[2]["session"] == requests[0]["session"]);
  CHECK(requests[2]["prompts"] == 2);
  CHECK(project.attempts("07-02/2")[0]["session_id"] == project.attempts("07-02/1")[0]["session_id"]);
  // The session's cost is cumulative; each task is charged its own part.
  CHECK(project.task("07-02/2")["usage"]["cost_usd"].get<double>() ==
        doctest::Approx(project.task("07-02/1")["usage"]["cost_usd"].get<double>()).epsilon(0.5));

  CHECK(project.subjects() ==
        Words{"feat(07-02): Hinge", "feat(07-02): Gate", "docs(07-02): complete Make the gate open plan"});
  const std::string summary = project.text(k_summary);
  const Words parts = {"subsystem: garden",     "a gate",         "One hinge is enough", "Left the latch out",
                       "The latch can follow.", "opens both ways"};
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(summary.find(part) != std::string::npos);
  }
}
