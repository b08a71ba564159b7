#include "harness_project.hpp"

#include <csignal>
#include <filesystem>

using namespace milepost::test;

namespace {

/// Whether a process of this machine, also one in a container, has this word on its command line.
bool is_running(const std::string& word) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (slurp(entry.path() / "cmdline").find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE(
    "SIGKILL of milepost while a harness runs a command leaves nothing, and resume goes on in the session") {
  with_each_harness([](const HarnessProject& project) {
    // A length that says whose command it is.
    const std::string length = "87" + std::to_string(project.harness().name.size()) + "0" +
                               std::to_string(static_cast<unsigned>(project.harness().name.front()));
    project.plan({{"1.1",
                   "Wait",
                   {turn(writes("work.txt", "half\n"),
                         runs("touch started; setsid sleep " + length + " & sleep " + length)),
                    turn(runs("echo whole > work.txt"), done("Went on after the stop."))}},
                  {"1.2", "After", {turn(writes("after.txt", "after\n"), done())}}});
    Program run = project.start_run();
    if (!eventually(200s, [&] { return project.has("started"); })) FAIL("no command began: ", run.err());
    run.signal(SIGKILL);
    CHECK(run.wait().exit == 137);
    CHECK(project.no_container_within(10s));
    CHECK(eventually(10s, [&] { return !is_running(length); }));

    const Ended resume = project.resume();
    INFO(resume.err);
    REQUIRE(resume.exit == 0);
    CHECK(project.git({"show", "HEAD:work.txt"}) == "whole");
    CHECK(project.subjects() == Words{"feat(M1): Wait", "feat(M1): After"});
    const Json attempts = project.attempts("1.1");
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[1]["reason"] == "resume");
    CHECK(attempts[1]["session_id"] == attempts[0]["session_id"]);
    const Json first_after = project.model().requests().at(2);
    CHECK(first_after["prompts"] == 2);
    CHECK(first_after["prompt"].get<std::string>().find("was interrupted from outside") != std::string::npos);
    CHECK(project.no_container_within(0s));
  });
}
