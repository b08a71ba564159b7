#include "claude_project.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace milepost::test;

namespace fs = std::filesystem;

namespace {

/// Whether a process of this machine, also one in a container, has this word on its command line.
bool is_running(const std::string& word) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (slurp(entry.path() / "cmdline").find(word) != std::string::npos) return true;
  }
  return false;
}

/// A task that never comes back from a command, until it is told by a second prompt to end.
std::vector<ModelTask> hangs_in_a_tool(const std::string& length) {
  return {{"1.1",
           "Wait",
           {turn(writes("work.txt", "half\n"),
                 runs("touch started; setsid sleep " + length + " & sleep " + length)),
            turn(runs("echo whole > work.txt"), done("Went on after the stop."))}},
          {"1.2", "After", {turn(writes("after.txt", "after\n"), done())}}};
}

void check_goes_on(const ClaudeProject& project, const Model& model) {
  const Ended resume = project.resume();
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  CHECK(project.git({"show", "HEAD:work.txt"}) == "whole");
  CHECK(project.subjects() == Words{"feat(M1): Wait", "feat(M1): After"});
  const Json attempts = project.attempts("1.1");
  REQUIRE(attempts.size() == 2);
  CHECK(attempts[1]["reason"] == "resume");
  CHECK(attempts[1]["session_id"] == attempts[0]["session_id"]);
  const Json first_after = model.requests().at(2);
  CHECK(first_after["prompts"] == 2);
  CHECK(first_after["prompt"].get<std::string>().find("was interrupted from outside") != std::string::npos);
  CHECK(project.no_container_within(0s));
}

}  // namespace

TEST_CASE("a model that never answers is stopped when the agent was idle for too long") {
  const Model model;
  const ClaudeProject project(model);
  project.plan({{"1.1", "Wait", {turn(writes("work.txt", "work\n"), hangs())}}});
  const Ended run = project.run({"--idle-timeout", "3s", "--retries", "0"});
  INFO(run.err);
  CHECK(run.exit == 5);
  CHECK(run.says("the agent was silent for too long"));
  CHECK(project.attempts("1.1")[0]["result"] == "idle_timeout");
  CHECK(project.no_container_within(0s));
  CHECK(project.subjects().empty());
  CHECK(project.text("work.txt") == "work\n");
}

TEST_CASE("a command that never ends is stopped with everything it started, and resume goes on") {
  const Model model;
  const ClaudeProject project(model);
  project.plan(hangs_in_a_tool("86001"));
  const Ended run = project.run({"--idle-timeout", "3s", "--retries", "0"});
  INFO(run.err);
  CHECK(run.exit == 5);
  CHECK(project.has("started"));
  CHECK_FALSE(is_running("86001"));
  CHECK(project.no_container_within(0s));
  check_goes_on(project, model);
}

TEST_CASE(
    "SIGKILL of milepost while Claude Code runs a command leaves nothing, and resume goes on, on each "
    "engine") {
  for (const std::string& engine : engines()) {
    CAPTURE(engine);
    const Model model;
    const ClaudeProject project(model, engine);
    project.plan(hangs_in_a_tool("86002"));
    Program run = project.start_run();
    if (!eventually(60s, [&] { return project.has("started"); })) FAIL("no command began: ", run.err());
    CHECK(is_running("86002"));
    run.signal(SIGKILL);
    CHECK(run.wait().exit == 137);
    CHECK(project.no_container_within(5s));
    CHECK(eventually(5s, [] { return !is_running("86002"); }));
    check_goes_on(project, model);
  }
}

TEST_CASE("SIGTERM while Claude Code waits for its model stops in order, and resume goes on") {
  const Model model;
  const ClaudeProject project(model);
  project.plan({{"1.1",
                 "Wait",
                 {turn(writes("work.txt", "half\n"), hangs()),
                  turn(runs("echo whole > work.txt"), done("Went on after the stop."))}},
                {"1.2", "After", {turn(writes("after.txt", "after\n"), done())}}});
  Program run = project.start_run();
  if (!eventually(60s, [&] { return model.requests().size() == 2; })) FAIL("no work began: ", run.err());
  const auto sent = Clock::now();
  run.signal(SIGTERM);
  const Ended ended = run.wait();
  INFO(ended.err);
  CHECK(ended.exit == 143);
  CHECK(Clock::now() - sent < 5s);
  CHECK(project.no_container_within(0s));
  const Json stopped = project.attempts("1.1")[0];
  CHECK(stopped["outcome"].is_null());
  CHECK(stopped["usage"]["output_tokens"] > 0);
  CHECK(stopped["duration_ms"] > 0);
  check_goes_on(project, model);
}
