#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

TEST_CASE("a failed check is given back to the agent, which succeeds at its second attempt") {
  const Project project;
  project.plan(
      {{"1.1", "Write a number", "echo \"$MILEPOST_ATTEMPT\" > number\necho \"$MILEPOST_TASK\" > task"}});
  const Ended run = project.milepost(
      {"run", "M1_test.md", "--verify", "grep -q 2 number || { echo 'the number is too small'; exit 3; }"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  const Json attempts = project.task("1.1")["attempts"];
  REQUIRE(attempts.size() == 2);
  CHECK(attempts[0]["verdict"] == "failed");
  CHECK(attempts[0]["evidence"][0]["exit_code"] == 3);
  CHECK(attempts[1]["reason"] == "retry");
  CHECK(attempts[1]["verdict"] == "passed");
  CHECK(project.text("task") == "1.1\n");
  // The agent is told what the check found.
  const Ended prompt = project.milepost({"logs", "M1_test.md", "1.1", "--prompt"});
  CHECK(prompt.out.find("the number is too small") != std::string::npos);
  CHECK(project.subjects().size() == 1);
}

TEST_CASE(
    "a check that never passes fails the task after its attempts, and the tasks that depend on it are "
    "skipped") {
  const Project project;
  project.plan({{"1.1", "Write a file", "echo x > file"},
                {"1.2", "Go on", "echo y > second"},
                {"1.3", "End", "true"}});
  const Ended run =
      project.milepost({"run", "M1_test.md", "--retries", "1", "--verify", "echo 'it is wrong'; false"});
  INFO(run.err);
  CHECK(run.exit == 1);
  CHECK(project.report()["status"] == "failed");
  const Json task = project.task("1.1");
  CHECK(task["outcome"] == "failed");
  REQUIRE(task["attempts"].size() == 2);
  const Json evidence = task["attempts"][1]["evidence"][0];
  CHECK(evidence["command"] == "echo 'it is wrong'; false");
  CHECK(evidence["verdict"] == "failed");
  CHECK(evidence["exit_code"] == 1);
  CHECK(evidence["output"] == "it is wrong\n");
  CHECK(evidence["output_bytes"] == 12);
  CHECK(project.task("1.2")["outcome"] == "skipped");
  CHECK(project.task("1.3")["outcome"] == "skipped");
  CHECK(project.subjects().empty());
  CHECK(project.text("file") == "x\n");  // what the agent wrote is not lost
  CHECK_FALSE(project.has("second"));
  CHECK(run.says("milepost resume M1_test.md"));
}

TEST_CASE("a check that cannot run says nothing about the work: the run ends with infra") {
  const Project project;
  project.plan({{"1.1", "Write a file", "echo x > file"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--verify", "no-such-program --at-all"});
  INFO(run.err);
  CHECK(run.exit == 6);
  const Json task = project.task("1.1");
  CHECK(task["outcome"] == "infra");
  CHECK(task["attempts"].back()["evidence"][0]["verdict"] == "infra_error");
  CHECK(task["attempts"].back()["evidence"][0]["exit_code"] == 127);
}

TEST_CASE("an agent that fails is tried again and then fails the run, whatever the checks would say") {
  const Project project;
  project.plan({{"1.1", "Fail", "echo try >> tries\nexit 9"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--verify", "true", "--set", "same_failures=0"});
  INFO(run.err);
  CHECK(run.exit == 1);
  CHECK(project.text("tries") == "try\ntry\ntry\n");
  const Json task = project.task("1.1");
  CHECK(task["attempts"].size() == 3);
  CHECK(task["attempts"][0]["outcome"] == "failed");
  CHECK(task["attempts"][0]["detail"] == "shell block 1 of 1 ended with exit code 9");
  CHECK(task["detail"].get<std::string>().find("3 attempts") != std::string::npos);
}

TEST_CASE("an agent that fails twice in the same way is not tried a third time") {
  const Project project;
  project.plan({{"1.1", "Fail", "echo try >> tries\nexit 9"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--verify", "true"});
  INFO(run.err);
  CHECK(run.exit == 1);
  CHECK(project.text("tries") == "try\ntry\n");
  CHECK(run.says("2 attempts, the same failure each time"));
}

TEST_CASE("an agent that says itself that it failed has failed, although it ended well") {
  const Project project;
  project.plan(
      {{"1.1", "Give up",
        "printf '```milepost\\n{\"status\": \"failed\", \"summary\": \"No way through.\"}\\n```\\n'"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--retries", "0", "--verify", "true"});
  INFO(run.err);
  CHECK(run.exit == 1);
  CHECK(project.task("1.1")["detail"].get<std::string>().find("No way through.") != std::string::npos);
}

TEST_CASE("the checks of the repository's own configuration run after each task") {
  const Project project;
  project.write(".milepost/config.yaml", "verify:\n  - test -f file\n");
  project.plan({{"1.1", "Write a file", "touch file"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--verify", "test ! -s file"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(project.task("1.1")["attempts"][0]["evidence"].size() == 2);
}
