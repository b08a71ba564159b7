#include "support.hpp"

#include <doctest/doctest.h>

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

}  // namespace

TEST_CASE("all that a run with a question and a resume writes is as documented") {
  const Project project;
  project.plan({{"1.1", "Make", k_reports}, {"1.2", "Ask", k_asks}, {"1.3", "After", "cat answer > last"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--json", "--verify", "test -f one"});
  REQUIRE(run.exit == 4);
  check_formats(project, "M1_test.md", run.out);
  const Ended resume = project.milepost({"resume", "M1_test.md", "--json", "--answer", "2"});
  REQUIRE(resume.exit == 0);
  check_formats(project, "M1_test.md", resume.out);
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
  check_formats(project, "M1_test.md", run.out);
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
