#include "milepost/plan/closing_tasks.hpp"

#include "milepost/plan/parse.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;

namespace {

std::vector<std::string> ids(const Plan& plan) {
  std::vector<std::string> ids;
  for (const Task& task : plan.tasks) ids.push_back(task.id.value);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a Markdown milestone with an end-to-end section ends with it, its shell blocks as one script") {
  const Plan plan = with_closing_tasks(
      parse_plan(
          "# M1: T\n\n## Task 1.1: A\n\n## E2E Test Scenario\n\n```bash\nx=1\n```\n\nand\n\n```text\nno\n"
          "```\n\n```sh\ntest $x = 1\n```\n",
          "M1_x.md"),
      {});
  REQUIRE(ids(plan) == Ids{"1.1", "e2e"});
  const Task& scenario = plan.tasks.back();
  CHECK(scenario.kind == TaskKind::scenario);
  CHECK(scenario.depends_on == std::vector<TaskId>{TaskId("1.1")});
  REQUIRE(scenario.verify.size() == 1);
  CHECK(scenario.verify.front().run == "x=1\ntest $x = 1\n");
  CHECK_FALSE(scenario.verify.front().trusted);
  CHECK(scenario.body.find("```text") != std::string::npos);
}

TEST_CASE("a milestone without such a section gets nothing behind it, and one that turns it off neither") {
  CHECK(ids(with_closing_tasks(parse_plan("# M1: T\n\n## Task 1.1: A\n", "M1_x.md"), {})) == Ids{"1.1"});
  const Plan plan = parse_plan("# M1: T\n\n## Task 1.1: A\n\n## E2E Test\n\ntext\n", "M1_x.md");
  CHECK(ids(with_closing_tasks(plan, {.scenarios = false})) == Ids{"1.1"});
}

TEST_CASE("a GSD plan is always closed out, after all of its tasks") {
  const Plan plan = with_closing_tasks(
      parse_plan("---\nphase: 07\n---\n<task>\n<name>A</name>\n</task>\n<task>\n<name>B</name>\n</task>\n",
                 "07-02-PLAN.md"),
      {});
  REQUIRE(ids(plan) == Ids{"07-02/1", "07-02/2", "close-out"});
  CHECK(plan.tasks.back().depends_on.size() == 2);
}

TEST_CASE(
    "a YAML plan runs each scenario with its own number of fixes, and is closed out when it has must-haves") {
  const Plan plan = with_closing_tasks(
      parse_plan(
          "plan: 1\ntitle: T\ntasks:\n  - {id: e2e, title: A, prompt: p}\ne2e:\n  - {name: one, run: make}\n"
          "  - {name: two, run: make two, on_failure: {fix_attempts: 2}}\n"
          "must_haves:\n  artifacts: [{path: a.txt, provides: x}]\n",
          "p.yaml"),
      {});
  REQUIRE(ids(plan) == Ids{"e2e", "e2e+", "e2e-2", "close-out"});
  CHECK(plan.tasks[1].verify.front().trusted);
  CHECK_FALSE(plan.tasks[1].limits.retries);
  CHECK(plan.tasks[2].limits.retries == 2);
  CHECK(plan.tasks[3].body.find("`a.txt`: x") != std::string::npos);
}
