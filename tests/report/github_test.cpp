#include "milepost/report/github.hpp"

#include "milepost/base/text.hpp"

#include "report/memory_stream.hpp"
#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace milepost;
using test::MemoryStream;
using test::ScratchDir;

namespace {

Plan plan() {
  Plan plan;
  Task& task = plan.tasks.emplace_back();
  task.id = TaskId("4.1");
  task.at.line = 12;
  return plan;
}

/// As GitHub's runner reads $GITHUB_OUTPUT: blocks of "name<<end", value lines, "end".
std::map<std::string, std::string> outputs(const std::string& text) {
  std::map<std::string, std::string> values;
  const std::vector<std::string_view> lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t mark = lines[i].find("<<");
    REQUIRE(mark != std::string_view::npos);
    std::string& value = values[std::string(lines[i].substr(0, mark))];
    const std::string_view end = lines[i].substr(mark + 2);
    for (++i; i < lines.size() && lines[i] != end; ++i)
      value += (value.empty() ? "" : "\n") + std::string(lines[i]);
    REQUIRE(i < lines.size());
  }
  return values;
}

std::string shown(const std::vector<RunRecord>& records) {
  const MemoryStream stream;
  const Plan milestone = plan();
  GithubActions github(milestone, {stream.get(), "", "", ""});
  test::play(records, &github);
  return stream.text();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("each task is a group that ends before its outcome, and what stopped is annotated") {
  CHECK(shown(test::sample_run()) ==
        "::group::Task 4.1 Read the gauge\n"
        "::endgroup::\n"
        "::group::Task 4.2 Open the valve\n"
        "::endgroup::\n"
        "::error file=docs/M4 pump.md,title=Task 4.2 needs a person::Which thread does%0Athe valve have?\n"
        "::warning::disk is nearly full\n");
}

TEST_CASE("a failed task is annotated where its check says, else at its place in the plan") {
  std::vector<RunRecord> records = test::sample_run();
  Evidence& check = std::get<Verified>(records[8]).evidence[0];
  check.verdict = Verdict::failed;
  std::get<TaskFinished>(records[10]) = {TaskId("4.1"), Outcome::failed, "checks failed"};
  CHECK(shown(records).find(
            "::error file=docs/M4 pump.md,line=12,title=Task 4.1 failed::checks failed%0A$ make test") !=
        std::string::npos);
  check.output = "src/gauge.c:7:2: error: no\n";
  CHECK(shown(records).find("::error file=src/gauge.c,line=7,title=Task 4.1 failed::") != std::string::npos);
}

TEST_CASE("F66: more than ten warnings are too many") {
  std::vector<RunRecord> records = test::sample_run();
  for (int i = 0; i < 40; ++i) records.insert(records.end() - 1, Warned{"w"});
  CHECK(count(shown(records), "::warning") == 10);
}

TEST_CASE("a run that ends badly before any task says why") {
  std::vector<RunRecord> records = {test::sample_run().front(), RunEnded{ExitCode::environment, "no engine"}};
  CHECK(shown(records) == "::error title=milepost%3A environment::no engine\n");
}

TEST_CASE("the outputs and the summary are appended to the runner's files") {
  const ScratchDir scratch;
  const auto summary = scratch.write("summary", "before\n"), output = scratch.write("output", "a<<x\n1\nx\n");
  const Plan milestone = plan();
  const MemoryStream stream;
  GithubActions github(milestone, {stream.get(), summary, output, "/tmp/re\nport"});
  test::play(test::sample_run(), &github);
  CHECK(outputs(test::slurp(output)) == std::map<std::string, std::string>{{"a", "1"},
                                                                           {"exit", "4"},
                                                                           {"outcome", "needs_human"},
                                                                           {"run", "20260102-030405-abcdef"},
                                                                           {"report", "/tmp/re\nport"},
                                                                           {"completed", "1"},
                                                                           {"failed", "0"},
                                                                           {"cost-usd", "0.5"}});
  CHECK(test::slurp(summary).starts_with("before\n### M4 A pump that stops: needs_human\n"));
}

TEST_CASE("F35: files that cannot be written do not stop a run") {
  const Plan milestone = plan();
  const MemoryStream stream;
  GithubActions github(milestone, {stream.get(), "/nowhere/a", "/nowhere/b", ""});
  CHECK(test::play(test::sample_run(), &github).ended);
}
