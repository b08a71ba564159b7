#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

TEST_CASE("an agent that takes too much memory ends the run as infra, and with more it completes") {
  const Project project;
  project.plan({{"1.1", "Eat", "echo kept > kept\nhead -c 150000000 /dev/zero | tail | wc -c > count"},
                {"1.2", "After", "echo 2 > after"}});
  const Words run_words = {"run", "M1_test.md", "--retries", "0", "--set", "resources.memory=100m"};
  const Ended run = project.milepost(run_words);
  INFO(run.err);
  CHECK(run.exit == 6);
  CHECK(project.task("1.1")["attempts"][0]["result"] == "oom");
  CHECK(run.says("setting resources.memory"));
  CHECK(project.text("kept") == "kept\n");
  CHECK(project.no_container_within(0s));
  const Ended resumed = project.milepost({"resume", "M1_test.md", "--set", "resources.memory=1g"});
  INFO(resumed.err);
  CHECK(resumed.exit == 0);
  CHECK(project.text("count") == "150000000\n");
}

TEST_CASE("a fork bomb in a task is over with its attempt, and the next run has a machine left") {
  const Project project;
  project.plan(
      {{"1.1", "Bomb", "echo kept > kept\nif [ ! -f calm ]; then b() { b | b & }; b; sleep 300; fi"}});
  const Ended run = project.milepost(
      {"run", "M1_test.md", "--retries", "0", "--timeout", "1500ms", "--set", "resources.pids=64"});
  INFO(run.err);
  CHECK(run.exit == 5);
  CHECK(project.task("1.1")["attempts"][0]["result"] == "task_timeout");
  CHECK(project.no_container_within(0s));
  project.write("calm", "");
  CHECK(project.milepost({"resume", "M1_test.md", "--timeout", "60s"}).exit == 0);
}

TEST_CASE("a milepost without descriptors says so and leaves nothing behind") {
  const Project project;
  project.plan({{"1.1", "One", "echo 1 > one"}});
  for (const char* limit : {"6", "12", "18", "24"}) {
    CAPTURE(limit);
    const Ended run =
        project.call({"bash", "-c",
                      "ulimit -n " + std::string(limit) +
                          "; exec \"$0\" run M1_test.md --harness script --engine " + engine_under_test(),
                      MILEPOST_TEST_PROGRAM});
    INFO(run.err);
    const bool is_told = run.exit == 0 || run.exit == 3 || run.exit == 6;
    CHECK(is_told);
    CHECK(project.no_container_within(2s));
  }
  const Ended end = project.milepost({"run", "M1_test.md", "--fresh"});
  INFO(end.err);
  CHECK(end.exit == 0);
}

TEST_CASE("an image that is gone between two sessions is told before anything starts") {
  const Project project;
  project.plan({{"1.1", "Fail once", "test -f go"}, {"1.2", "After", "echo 2 > after"}});
  CHECK(project.milepost({"run", "M1_test.md", "--retries", "0"}).exit == 1);
  project.write("go", "");
  const Ended gone = project.milepost({"resume", "M1_test.md", "--image", "milepost-test-no-such-image:1"});
  INFO(gone.err);
  CHECK(gone.exit == 3);
  CHECK(gone.says("milepost-test-no-such-image:1"));
  const Ended resumed = project.milepost({"resume", "M1_test.md"});
  INFO(resumed.err);
  CHECK(resumed.exit == 0);
}
