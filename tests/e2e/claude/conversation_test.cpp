#include "claude_project.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace milepost::test;

namespace {

bool contains(const Json& text, std::string_view part) {
  return text.get<std::string>().find(part) != std::string::npos;
}

Json asks() {
  return {{"text", "I cannot decide this alone."},
          {"block",
           {{"status", "needs_human"},
            {"question", "Which database?"},
            {"options", {"PostgreSQL", "SQLite"}},
            {"recommendation", "SQLite"}}}};
}

/// Asks, and writes a file when it is answered in the same session.
ModelTask asking_task() {
  return {"1.1", "Choose", {turn(asks()), turn(writes("chosen.txt", "yes\n"), done("Chose."))}};
}

}  // namespace

TEST_CASE("a failed check's evidence goes to the same session, whose next attempt passes") {
  const Model model;
  const ClaudeProject project(model);
  project.plan({{"1.1",
                 "Write it right",
                 {turn(writes("answer.txt", "41\n"), done("Wrote 41.")),
                  turn(runs("echo 42 > answer.txt"), done("Mended it."))}}});
  const Ended run =
      project.run({"--verify", "grep -n 42 answer.txt || { echo found: $(cat answer.txt); exit 7; }"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  const Json attempts = project.attempts("1.1");
  REQUIRE(attempts.size() == 2);
  CHECK(attempts[0]["verdict"] == "failed");
  CHECK(attempts[0]["evidence"][0]["exit_code"] == 7);
  CHECK(attempts[1]["reason"] == "retry");
  CHECK(attempts[1]["verdict"] == "passed");
  CHECK(attempts[1]["session_id"] == attempts[0]["session_id"]);

  const auto requests = model.requests();
  REQUIRE(requests.size() == 4);
  const Json& retry = requests[2];
  CHECK(retry["prompts"] == 2);
  CHECK(retry["turn"] == 1);
  CHECK(contains(retry["prompt"], "it does not pass"));
  CHECK(contains(retry["prompt"], "grep -n 42 answer.txt"));
  CHECK(contains(retry["prompt"], "found: 41\n"));
  CHECK_FALSE(contains(retry["prompt"], "model-script"));
  CHECK(retry["session"] == requests[0]["session"]);

  // Claude Code counts a session's cost from its beginning; each attempt is charged its own part.
  const double first = attempts[0]["usage"]["cost_usd"], second = attempts[1]["usage"]["cost_usd"];
  CHECK(first > 0);
  CHECK(second == doctest::Approx(first));
  CHECK(project.task("1.1")["usage"]["cost_usd"].get<double>() == doctest::Approx(2 * first));
  CHECK(project.subjects().size() == 1);
  CHECK(project.git({"show", "HEAD:answer.txt"}) == "42");
}

TEST_CASE("a check that never passes fails the task after its attempts, and nothing is committed") {
  const Model model;
  const ClaudeProject project(model);
  project.plan({{"1.1", "Try", {turn(writes("answer.txt", "41\n"), done("I say it is done."))}}});
  const Ended run = project.run({"--verify", "false", "--retries", "1"});
  INFO(run.err);
  CHECK(run.exit == 1);
  CHECK(project.attempts("1.1").size() == 2);
  CHECK(project.subjects().empty());
  CHECK(project.text("answer.txt") == "41\n");
  CHECK(model.requests().back()["prompts"] == 2);
}

TEST_CASE("a question stops the run, and the answer continues the same session, on each engine") {
  for (const std::string& engine : engines()) {
    CAPTURE(engine);
    const Model model;
    const ClaudeProject project(model, engine);
    project.plan({asking_task()});
    const Ended run = project.run();
    INFO(run.err);
    REQUIRE(run.exit == 4);
    for (const char* text : {"Which database?", "1. PostgreSQL", "2. SQLite", "recommended: SQLite"})
      CHECK_MESSAGE(run.says(text), text);
    CHECK(project.no_container_within(0s));

    const Ended resume = project.resume({"--answer", "2"});
    INFO(resume.err);
    REQUIRE(resume.exit == 0);
    CHECK(project.git({"show", "HEAD:chosen.txt"}) == "yes");
    const Json attempts = project.attempts("1.1");
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[1]["session_id"] == attempts[0]["session_id"]);
    const Json answered = model.requests().at(1);
    CHECK(answered["prompts"] == 2);
    CHECK(answered["turn"] == 1);
    CHECK(contains(answered["prompt"], "Which database?"));
    CHECK(contains(answered["prompt"], "The answer is:\n\nSQLite\n"));
    CHECK(contains(answered["session"], attempts[0]["session_id"].get<std::string>()));
  }
}

TEST_CASE("a session that is gone is begun again with the whole prompt, and a warning says so") {
  const Model model;
  const ClaudeProject project(model);
  ModelTask task = asking_task();
  // The model meets the task's prompt twice; only what is said with it differs.
  task.text = "Say the answer in words.";
  project.plan({task});
  REQUIRE(project.run().exit == 4);
  REQUIRE(std::filesystem::remove_all(project.sessions()) > 1);
  const Ended resume = project.resume({"--answer", "2"});
  INFO(resume.err);
  CHECK(resume.exit == 4);  // this model knows only its first answer to that prompt
  const std::string first = project.attempts("1.1")[0]["session_id"];
  const std::string second = project.attempts("1.1")[1]["session_id"];
  CHECK(second != first);
  CHECK(resume.says("! task 1.1: began a new session, for session " + first + " could not be resumed: "));
  const auto requests = model.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[1]["prompts"] == 1);
  CHECK(contains(requests[1]["session"], second));
  CHECK(contains(requests[1]["prompt"], "Say the answer in words."));
  CHECK(contains(requests[1]["prompt"], "# What happened before"));
  CHECK(contains(requests[1]["prompt"], "The answer is:\n\nSQLite\n"));
}

TEST_CASE("a missing result block is asked for once, in the same session") {
  const Model model;
  const ClaudeProject project(model);
  project.plan(
      {{"1.1",
        "Forget the block",
        {turn(writes("work.txt", "work\n"), says("I am done, I believe.")), turn(done("Here it is."))}}});
  const Ended run = project.run();
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(project.task("1.1")["summary"] == "Here it is.");
  CHECK(project.attempts("1.1").size() == 1);
  CHECK(project.subjects().size() == 1);
  const auto requests = model.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[2]["prompts"] == 2);
  CHECK(contains(requests[2]["prompt"], "Change nothing now; only report."));
  CHECK(project.task("1.1")["usage"]["turns"] == 3);
}

TEST_CASE("an agent that never gives the result block is not believed") {
  const Model model;
  const ClaudeProject project(model);
  project.plan(
      {{"1.1",
        "Forget the block",
        {turn(writes("work.txt", "work\n"), says("I am done, I believe.")), turn(says("Really."))}}});
  SUBCASE("without a check a person decides") {
    const Ended run = project.run();
    INFO(run.err);
    CHECK(run.exit == 4);
    CHECK(project.task("1.1")["outcome"] == "needs_human");
    CHECK(project.subjects().empty());
  }
  SUBCASE("with a check the check decides") {
    const Ended run = project.run({"--verify", "test -f work.txt"});
    INFO(run.err);
    CHECK(run.exit == 0);
    CHECK(project.subjects().size() == 1);
  }
  CHECK(model.requests().size() == 3);
}
