#include "harness_project.hpp"

using namespace milepost::test;

TEST_CASE("a rejected key stops the run of each harness and says that the login failed") {
  with_each_harness([](const HarnessProject& project) {
    project.plan({{"1.1", "Meet it", {turn(writes("work.txt", "work\n"), fails_with(401))}},
                  {"1.2", "Never begin", {turn(done())}}});
    const Ended run = project.run();
    INFO(run.err);
    CHECK(run.exit == 5);
    CHECK(run.says("the harness could not log in"));
    const Json attempts = project.attempts("1.1");
    REQUIRE(attempts.size() == 1);
    CHECK(attempts[0]["result"] == "auth");
    CHECK(project.task("1.2")["attempts"].empty());
    CHECK(project.subjects().empty());
    CHECK(project.text("work.txt") == "work\n");
  });
}

TEST_CASE("a service that is busy for a moment only costs each harness time") {
  with_each_harness([](const HarnessProject& project) {
    Json busy = fails_with(Json::array({429, 429}));
    busy["retry_after"] = 1;
    project.plan({{"1.1", "Wait a little", {turn(writes("work.txt", "work\n"), busy)}}});
    const Ended run = project.run();
    INFO(run.err);
    CHECK(run.exit == 0);
    CHECK(project.attempts("1.1").size() == 1);
    CHECK(project.subjects().size() == 1);
    CHECK(project.model().requests().size() == 4);
  });
}

TEST_CASE("a model that never answers is stopped when a harness was idle for too long") {
  with_each_harness([](const HarnessProject& project) {
    project.plan({{"1.1", "Wait", {turn(writes("work.txt", "work\n"), hangs())}}});
    const Ended run = project.run({"--idle-timeout", "45s", "--retries", "0"});
    INFO(run.err);
    CHECK(run.exit == 5);
    CHECK(run.says("the agent was silent for too long"));
    CHECK(project.attempts("1.1")[0]["result"] == "idle_timeout");
    CHECK(project.no_container_within(0s));
    CHECK(project.subjects().empty());
    CHECK(project.text("work.txt") == "work\n");
    CHECK(project.model().requests().size() == 2);
  });
}

TEST_CASE("a harness that cannot log in hands the task over to the next of the list") {
  with_each_harness([](const HarnessProject& project) {
    if (project.harness().name != "opencode") return;  // one is enough; it fails fast
    Json step = fails_with(401);
    step["fails_in"] = "anthropic";
    step.update(done("Took over."));
    project.plan(
        {{"1.1", "Meet it", {turn(writes("work.txt", "work\n"), step)}}, {"1.2", "Go on", {turn(done())}}});
    const Ended run = project.run_with("opencode,codex", {{"OPENAI_BASE_URL", project.model().url() + "/v1"},
                                                          {"OPENAI_API_KEY", "sk-test-3b9f"}});
    INFO(run.err);
    CHECK(run.exit == 0);
    CHECK(run.says("another harness takes over: codex"));
    const Json attempts = project.attempts("1.1");
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0]["harness"] == "opencode");
    CHECK(attempts[0]["result"] == "auth");
    CHECK(attempts[1]["harness"] == "codex");
    CHECK(attempts[1]["reason"] == "failover");
    CHECK(project.attempts("1.2")[0]["harness"] == "codex");
    CHECK(project.git({"show", "HEAD:work.txt"}) == "work");
  });
}

TEST_CASE("a harness without a limit of turns is ended when its turns are used up") {
  with_each_harness([](const HarnessProject& project) {
    if (project.harness().name == "gemini") return;  // keeps the limit itself
    project.plan({{"1.1", "Never end", {turn(runs("echo again >> turns.txt"))}}});
    const Ended run = project.run({"--set", "task_budget.turns=5"});
    INFO(run.err);
    CHECK(run.exit == 5);
    CHECK(project.attempts("1.1")[0]["result"] == "turn_limit");
    CHECK(project.text("turns.txt").size() < 12 * std::string("again\n").size());
    CHECK(project.no_container_within(0s));
  });
}
