#include "harness_project.hpp"

using namespace milepost::test;

TEST_CASE("a question stops the run of each harness, and the answer continues the same session") {
  with_each_harness([](const HarnessProject& project) {
    const Json asks = {{"text", "I cannot decide this alone."},
                       {"block",
                        {{"status", "needs_human"},
                         {"question", "Which database?"},
                         {"options", {"PostgreSQL", "SQLite"}},
                         {"recommendation", "SQLite"}}}};
    project.plan({{"1.1", "Choose", {turn(asks), turn(writes("chosen.txt", "yes\n"), done("Chose."))}}});
    const Ended run = project.run();
    INFO(run.err);
    REQUIRE(run.exit == 4);
    CHECK(run.says("Which database?"));
    CHECK(project.no_container_within(0s));

    const Ended resume = project.resume({"--answer", "2"});
    INFO(resume.err);
    REQUIRE(resume.exit == 0);
    CHECK(project.git({"show", "HEAD:chosen.txt"}) == "yes");
    const Json attempts = project.attempts("1.1");
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[1]["session_id"] == attempts[0]["session_id"]);
    const Json answered = project.model().requests().at(1);
    CHECK(answered["prompts"] == 2);
    CHECK(answered["turn"] == 1);
    CHECK(answered["prompt"].get<std::string>().find("The answer is:\n\nSQLite\n") != std::string::npos);
    // Some count a session's figures from its beginning; each attempt is charged its own part.
    CHECK(attempts[0]["usage"]["input_tokens"] == 1000);
    CHECK(attempts[1]["usage"]["input_tokens"] == 2000);
    CHECK(attempts[1]["usage"]["output_tokens"] == 100);
  });
}
