#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace {

/// Asks until it has an answer, then writes it down.
constexpr const char* k_asks = R"(if [ -n "${MILEPOST_ANSWER:-}" ]; then
  echo "$MILEPOST_ANSWER" > answer
else
  printf '```milepost\n%s\n```\n' '{"status": "needs_human", "summary": "I wait.", "question": "Which colour?", "options": ["red", "deep blue"], "recommendation": "red"}'
fi)";

}  // namespace

TEST_CASE("F61: a question stops the run, and the answer takes it to its end") {
  const Project project;
  project.plan(
      {{"1.1", "Before", "echo 1 > first"}, {"1.2", "Ask", k_asks}, {"1.3", "After", "cat answer > last"}});
  const Ended run = project.milepost({"run", "M1_test.md"});
  INFO(run.err);
  CHECK(run.exit == 4);
  for (const char* text :
       {"Which colour?", "1. red", "2. deep blue", "recommended: red", "milepost resume M1_test.md --answer"})
    CHECK_MESSAGE(run.says(text), text);
  const Json question = project.task("1.2")["question"];
  CHECK(question["text"] == "Which colour?");
  CHECK(question["options"] == Json::array({"red", "deep blue"}));
  CHECK(question["recommendation"] == "red");
  CHECK(project.report()["status"] == "needs_human");
  CHECK(project.no_container_within(0s));

  const Ended without = project.milepost({"resume", "M1_test.md"});
  INFO(without.err);
  CHECK(without.exit == 4);
  CHECK(without.says("Which colour?"));

  const Ended none = project.milepost({"resume", "M1_test.md", "--answer", "9"});
  INFO(none.err);
  CHECK(none.exit == 2);
  CHECK(none.says("'red', 'deep blue'"));

  const Ended resume = project.milepost({"resume", "M1_test.md", "--answer", "2"});
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  CHECK(project.text("last") == "deep blue\n");
  CHECK(project.task("1.2")["attempts"][1]["reason"] == "answer");
  CHECK(project.task("1.1")["attempts"].size() == 1);
  CHECK(project.report()["counts"]["completed"] == 3);
}

TEST_CASE("an answer outlives the attempt that took it") {
  const Project project;
  project.plan({{"1.1", "Ask", k_asks}});
  REQUIRE(
      project.milepost({"run", "M1_test.md", "--verify", "test -f once || { touch once; false; }"}).exit ==
      4);
  const Ended resume = project.milepost({"resume", "M1_test.md", "--answer", "red"});
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  const Json task = project.task("1.1");
  REQUIRE(task["attempts"].size() == 3);
  CHECK(task["attempts"][2]["reason"] == "retry");
  CHECK(task["answer"].is_null());
  REQUIRE(task["answered"].size() == 1);
  CHECK(task["answered"][0]["question"]["text"] == "Which colour?");
  CHECK(task["answered"][0]["answer"] == "red");
  CHECK(project.text("answer") == "red\n");
}

TEST_CASE("an answer comes from a file word by word") {
  const Project project;
  project.plan({{"1.1", "Ask", k_asks}});
  REQUIRE(project.milepost({"run", "M1_test.md"}).exit == 4);
  project.write("words.txt", "green, \"with\" $dots\nand lines");
  const Ended resume = project.milepost({"resume", "M1_test.md", "--answer", "@words.txt"});
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  CHECK(project.text("answer") == "green, \"with\" $dots\nand lines\n");
}

TEST_CASE("an answer to a run that asked nothing is refused") {
  const Project project;
  project.plan({{"1.1", "Fail", "test -f ready"}});
  REQUIRE(project.milepost({"run", "M1_test.md", "--retries", "0"}).exit == 1);
  project.write("ready", "");
  const Ended wrong = project.milepost({"resume", "M1_test.md", "--answer", "yes"});
  INFO(wrong.err);
  CHECK(wrong.exit == 2);
  const Ended resume = project.milepost({"resume", "M1_test.md"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
}
