#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

TEST_CASE("F24: an agent that is silent for too long is stopped, and the run ends at a limit") {
  const Project project;
  project.plan({{"1.1", "Sleep", "echo here > here; sleep 300"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--idle-timeout", "500ms"});
  INFO(run.err);
  CHECK(run.exit == 5);
  CHECK(project.task("1.1")["outcome"] == "limit");
  CHECK(project.task("1.1")["attempts"][0]["result"] == "idle_timeout");
  CHECK(project.text("here") == "here\n");
  CHECK(project.no_container_within(0s));
  CHECK(run.says("milepost resume M1_test.md"));
}

TEST_CASE(
    "F24, F25: an agent that talks for too long is stopped by the task's own limit, also when it ignores "
    "SIGTERM") {
  const Project project;
  project.plan({{"1.1", "Talk", "trap '' TERM INT HUP; while true; do echo talk; sleep 0.05; done"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--timeout", "700ms"});
  INFO(run.err);
  CHECK(run.exit == 5);
  CHECK(project.task("1.1")["attempts"][0]["result"] == "task_timeout");
}

TEST_CASE("a check that hangs is an infra error of its own limit") {
  const Project project;
  project.plan({{"1.1", "Nothing", "true"}});
  const Ended run = project.milepost(
      {"run", "M1_test.md", "--retries", "0", "--set", "timeouts.verify=500ms", "--verify", "sleep 300"});
  INFO(run.err);
  CHECK(run.exit == 6);
  CHECK(project.task("1.1")["attempts"][0]["evidence"][0]["verdict"] == "infra_error");
}

TEST_CASE("F25: a daemon that a task leaves behind is dead before the checks and writes nothing any more") {
  const Project project;
  project.plan({{"1.1", "Leave a daemon",
                 "(setsid bash -c 'trap \"\" TERM HUP; while true; do date +%N >> beats; sleep 0.02; done' "
                 ">/dev/null 2>&1 </dev/null &)\nuntil [ -s beats ]; do sleep 0.01; done"},
                {"1.2", "Look", "cp beats seen; ls /proc | grep -c '^[0-9]' > processes"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--set", "handoff=none", "--verify",
                                      "a=$(wc -l < beats); sleep 0.3; test \"$a\" = \"$(wc -l < beats)\""});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(project.text("seen") == project.text("beats"));
  CHECK(project.git({"status", "--porcelain"}).empty());
}
