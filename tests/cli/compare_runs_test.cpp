#include "cli/compare_runs.hpp"

#include "report/sample_run.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace milepost;

namespace {

/// A later run in which the first task took one attempt, the third is gone and there is a new one.
RunState later() {
  std::vector<RunRecord> records = test::sample_run();
  auto& start = std::get<RunStarted>(records[0]);
  start.run = RunId("20260103-000000-aaaaaa");
  start.tasks[2] = {TaskId("4.4"), "Paint it", "h4"};
  records.erase(records.begin() + 6, records.begin() + 9);
  return test::play(records);
}

}  // namespace

TEST_CASE("two runs stand side by side, task by task") {
  CHECK(comparison_text(test::play(test::sample_run()), later()) ==
        "before  20260102-030405-abcdef  1 of 3 done, 2 min 09 s, $0.50\n"
        "after   20260103-000000-aaaaaa  1 of 3 done, 1 min 05 s, $0.25\n"
        "\n4.1  Read the gauge\n"
        "  before  completed, 2 attempts, 2 min 08 s, $0.50\n"
        "  after   completed, 1 attempt, 1 min 04 s, $0.25\n"
        "\n4.2  Open the valve\n"
        "  before  needs_human, 1 attempt, 900 ms\n"
        "  after   needs_human, 1 attempt, 900 ms\n"
        "\n4.4  Paint it\n"
        "  before  not in it\n"
        "  after   pending\n"
        "\n4.3  Close it\n"
        "  before  skipped\n"
        "  after   not in it\n");
}

TEST_CASE("a comparison for scripts has null for what is not there") {
  const auto object = nlohmann::json::parse(comparison_json(test::play(test::sample_run()), later()));
  CHECK(object["runs"][1] == "20260103-000000-aaaaaa");
  CHECK(object["tasks"][0]["before"]["attempts"] == 2);
  CHECK(object["tasks"][0]["after"]["cost_usd"] == 0.25);
  CHECK(object["tasks"][1]["after"]["cost_usd"].is_null());
  CHECK(object["tasks"][2]["before"].is_null());
  CHECK(object["after"]["completed"] == 1);
}
