#include "faults/kill_campaign.hpp"
#include "support.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <thread>

using namespace milepost::test;

namespace {

/// Its first attempt stays in the middle of its work for ever; one that goes on after a stop ends.
const std::vector<Step> k_stays = {
    {"1.1", "Before", "echo 1 > first"},
    {"1.2", "Stay",
     "echo begun >> begun\nif [ ! -f go ]; then echo half > work; sleep 300; fi\necho whole > work"},
    {"1.3", "After", "cat first work > last"}};

Program start_in_the_middle(const Project& project) {
  Program run = project.start({"run", "M1_test.md", "--set", "handoff=none"});
  if (!eventually(30s, [&] { return project.text("work") == "half\n"; }))
    FAIL("the task did not begin: ", run.err());
  return run;
}

void check_resumes(const Project& project) {
  project.write("go", "");
  const Ended resume = project.milepost({"resume", "M1_test.md", "--set", "handoff=none"});
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  CHECK(project.text("last") == "1\nwhole\n");
  CHECK(project.report()["counts"]["completed"] == 3);
  CHECK(project.task("1.1")["attempts"].size() == 1);
  CHECK(project.git({"log", "-1", "--format=%s", "--", "work"}) == "feat(M1): Stay");
  CHECK(project.subjects().size() == 3);
  CHECK(project.no_container_within(0s));
}

/// Nothing of the run lives: not its container, not its lock.
void check_gone(const Project& project) {
  CHECK(project.no_container_within(5s));
  const std::string begun = project.text("begun");
  const Ended status = project.milepost({"status", "--json"});
  CHECK(Json::parse(status.out)["runs"][0]["live"] == false);
  CHECK(project.text("begun") == begun);
}

}  // namespace

TEST_CASE("F4, F6: a signal in the middle of a task stops the run in order, and resume completes it") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(number);
    const int exit = 128 + number;
    const Project project;
    project.plan(k_stays);
    Program run = start_in_the_middle(project);
    const auto sent = Clock::now();
    run.signal(number);
    const Ended ended = run.wait(20s);
    INFO(ended.err);
    CHECK(ended.exit == exit);
    CHECK(Clock::now() - sent < 5s);
    CHECK(project.no_container_within(0s));
    CHECK(ended.says("milepost resume M1_test.md"));
    CHECK(project.report()["exit"]["code"] == exit);
    CHECK(project.text("work") == "half\n");
    CHECK(project.task("1.2")["attempts"][0]["outcome"].is_null());
    CHECK(project.task("1.2")["attempts"][0]["duration_ms"] > 0);
    CHECK(project.task("1.2")["attempts"][0]["usage"]["turns"] == 1);
    check_resumes(project);
  }
}

TEST_CASE("F6: a signal stops the run in order while its container is paused") {
  const Project project;
  project.plan(k_stays);
  Program run = start_in_the_middle(project);
  const auto names = project.containers();
  REQUIRE(names.size() == 1);
  engine_output(engine_under_test(), {"pause", names.front()});
  run.signal(SIGTERM);
  const Ended ended = run.wait(30s);
  INFO(ended.err);
  CHECK(ended.exit == 143);
  CHECK(project.no_container_within(0s));
  check_resumes(project);
}

TEST_CASE("F4: a signal to the whole process group, as a terminal sends it, stops the run in order") {
  const Project project;
  project.plan(k_stays);
  Program run = start_in_the_middle(project);
  run.signal_group(SIGINT);
  const Ended ended = run.wait(20s);
  INFO(ended.err);
  CHECK(ended.exit == 130);
  check_gone(project);
  check_resumes(project);
}

TEST_CASE("F4: two signals at once, as timeout(1) sends them, are one request for an orderly stop") {
  const Project project;
  project.plan(k_stays);
  Program run = start_in_the_middle(project);
  run.signal(SIGTERM);
  run.signal_group(SIGINT);  // another number, so that both count when they are pending together
  const Ended ended = run.wait(20s);
  INFO(ended.err);
  CHECK((ended.exit == 143 || ended.exit == 130));
  CHECK(ended.says("milepost resume M1_test.md"));
  check_gone(project);
}

TEST_CASE(
    "F1, F21: SIGKILL of milepost alone in the middle of a task takes the container with it, and resume "
    "completes") {
  for (const std::string& engine : engines()) {
    CAPTURE(engine);
    const Project project("repo", engine);
    project.plan(k_stays);
    Program run = start_in_the_middle(project);
    CHECK(project.containers().size() == 1);
    run.signal(SIGKILL);
    CHECK(run.wait().exit == 137);
    check_gone(project);
    check_resumes(project);
  }
}

TEST_CASE("F8: SIGKILL of the whole process group takes the container with it, and resume completes") {
  const Project project;
  project.plan(k_stays);
  Program run = start_in_the_middle(project);
  run.signal_group(SIGKILL);
  run.wait();
  check_gone(project);
  check_resumes(project);
}

TEST_CASE(
    "F1, F2, F8, F47: after SIGKILL at random moments on a real engine nothing is left, lost or falsely "
    "done") {
  CHECK(run_campaign_of_test(engine_under_test(), 10).violations.empty());
}

TEST_CASE("F7: SIGTERM at any moment ends the run within five seconds and leaves no container") {
  constexpr int k_rounds = 8;
  const Project project;
  project.plan({{"1.1", "One", "echo 1 >> one"}, {"1.2", "Two", "sleep 0.1"}});
  const Words words = {"run", "M1_test.md", "--fresh"};
  const auto begin = Clock::now();
  REQUIRE(project.milepost(words).exit == 0);
  const auto length = Clock::now() - begin;
  for (int round = 0; round < k_rounds; ++round) {
    CAPTURE(round);
    Program run = project.start(words);
    std::this_thread::sleep_for(length * round / k_rounds);
    const auto sent = Clock::now();
    run.signal(SIGTERM);
    const Ended ended = run.wait(20s);
    INFO(ended.err);
    CHECK((ended.exit == 143 || ended.exit == 0));
    CHECK(Clock::now() - sent < 5s);
    CHECK(project.containers().empty());
  }
}

TEST_CASE("F6: a run goes on when the reader of its output goes away") {
  const Project project;
  project.plan(k_stays);
  project.write("go", "");
  const std::string program = MILEPOST_TEST_PROGRAM;
  const Ended ended =
      project.call({"bash", "-c",
                    "set -o pipefail; " + program + " run M1_test.md --json --harness script --engine " +
                        engine_under_test() + " 2> >(head -1 >/dev/null) | head -1"});
  INFO(ended.err);
  CHECK(ended.exit == 0);
  CHECK(project.text("last") == "1\nwhole\n");
  CHECK(project.subjects().size() == 3);
}
