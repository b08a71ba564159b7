#include "support.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

// What real runs write, held against the documented formats by tests/contract/check_contract.py.

using namespace milepost::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* k_asks = R"(if [ -n "${MILEPOST_ANSWER:-}" ]; then
  echo "$MILEPOST_ANSWER" > answer
else
  printf '```milepost\n%s\n```\n' '{"status": "needs_human", "summary": "I wait.", "question": "Which colour?", "options": ["red", "blue"], "recommendation": "red"}'
fi)";

constexpr const char* k_reports =
    R"(echo 1 > one; printf '```milepost\n%s\n```\n' '{"status": "completed", "summary": "Made.", "decisions": ["one file"], "gotchas": ["none"], "files": [{"path": "one", "note": "new"}], "next_task_notes": "go on"}')";

/// Every file of the run in its format; the stream is what the last session printed.
void check_formats(const Project& project, const std::string& stream) {
  const fs::path streamed = project.base() / "stream.ndjson";
  std::ofstream(streamed, std::ios::binary) << stream;
  Words command = {MILEPOST_TEST_PYTHON,
                   MILEPOST_TEST_CONTRACT,
                   MILEPOST_TEST_DOCS,
                   "--report",
                   (project.report_directory() / "report.json").string(),
                   "--stream",
                   (project.report_directory() / "events.ndjson").string(),
                   "--stream",
                   streamed.string()};
  for (const fs::directory_entry& run : fs::directory_iterator(project.project_state() / "runs")) {
    command.push_back("--journal");
    command.push_back((run.path() / "journal.ndjson").string());
  }
  const Ended plan = project.milepost({"plan", "M1_test.md", "--json"});
  REQUIRE(plan.exit == 0);
  const fs::path read = project.base() / "plan.json";
  std::ofstream(read, std::ios::binary) << plan.out;
  command.push_back("--plan");
  command.push_back(read.string());
  const Ended checked = project.call(command);
  if (checked.exit == 77) {
    std::fputs(checked.err.c_str(), stderr);
    return;
  }
  CHECK(checked.out == "");
  CHECK(checked.exit == 0);
}

}  // namespace

TEST_CASE("all that a run with a question and a resume writes is as documented") {
  const Project project;
  project.plan({{"1.1", "Make", k_reports}, {"1.2", "Ask", k_asks}, {"1.3", "After", "cat answer > last"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--json", "--verify", "test -f one"});
  REQUIRE(run.exit == 4);
  check_formats(project, run.out);
  const Ended resume = project.milepost({"resume", "M1_test.md", "--json", "--answer", "2"});
  REQUIRE(resume.exit == 0);
  check_formats(project, resume.out);
  const Json answered = project.task("1.2")["answered"][0];
  CHECK(answered["answer"] == "blue");
  CHECK(answered["how"] == "--answer");
  CHECK(answered["by"].is_string());
}

TEST_CASE("all that a run with a failed task writes is as documented") {
  const Project project;
  project.plan(
      {{"1.1", "Make", "echo 1 > one"}, {"1.2", "Fail", "echo no >&2; exit 3"}, {"1.3", "Never", "true"}});
  const Ended run = project.milepost(
      {"run", "M1_test.md", "--json", "--retries", "1", "--verify", "test -f two || test -f one"});
  REQUIRE(run.exit == 1);
  check_formats(project, run.out);
  CHECK(project.task("1.3")["outcome"] == "skipped");
}

TEST_CASE("an error before a run began is told as documented") {
  const Project project;
  project.plan({{"1.1", "Make", "echo 1 > one"}});
  const Ended run = project.milepost({"run", "M2_missing.md", "--json"});
  CHECK(run.exit == 2);
  const fs::path streamed = project.base() / "stream.ndjson";
  std::ofstream(streamed, std::ios::binary) << run.out;
  const Ended checked = project.call(
      {MILEPOST_TEST_PYTHON, MILEPOST_TEST_CONTRACT, MILEPOST_TEST_DOCS, "--stream", streamed.string()});
  if (checked.exit != 77) CHECK(checked.out == "");
}
