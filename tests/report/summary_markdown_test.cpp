#include "milepost/report/summary_markdown.hpp"

#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace milepost;

TEST_CASE("the summary of a run is as it should be, byte for byte") {
  CHECK(summary_markdown(test::play(test::sample_run())) ==
        test::slurp(std::filesystem::path(REPORT_TEST_DATA) / "step-summary.md"));
}

TEST_CASE("an agent's text stays in its fence") {
  std::vector<RunRecord> records = test::sample_run();
  std::get<AttemptEnded>(records[13]).question = Question{"a\n````\n# Not a heading\n<img src=x>", {"b"}, ""};
  const std::string text = summary_markdown(test::play(records));
  const std::size_t begin = text.find("`````text\n"), end = text.find("\n`````\n");
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  CHECK(text.find("# Not a heading") > begin);
  CHECK(text.find("<img") < end);
}

TEST_CASE("titles and details are no Markdown") {
  std::vector<RunRecord> records = test::sample_run();
  std::get<RunStarted>(records[0]).tasks[0].title = "a|b <img> [x](y) @team\nnext";
  const std::string text = summary_markdown(test::play(records));
  CHECK(text.find("a\\|b &lt;img\\> \\[x\\]\\(y\\) &#64;team next") != std::string::npos);
}

TEST_CASE("F66: a summary keeps to its limit and ends between its parts") {
  std::vector<RunRecord> records = test::sample_run();
  RunStarted& start = std::get<RunStarted>(records[0]);
  for (int i = 0; i < 2000; ++i)
    start.tasks.push_back({TaskId("9." + std::to_string(i)), "Another task", "h"});
  const std::string text = summary_markdown(test::play(records), 10'000);
  CHECK(text.size() <= 10'000);
  CHECK(text.ends_with("|\n\nThe summary is cut here; the report has everything.\n"));
}
