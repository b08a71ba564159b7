#include "support.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fstream>

using namespace milepost::test;

namespace {

const std::vector<Step> k_plan = {{"1.1", "First", "echo 1 > first"},
                                  {"1.2", "Second", "test -f ready"},
                                  {"1.3", "Third", "echo 3 > third"}};

/// A run that did its first task and stopped at the second.
void half_run(const Project& project) {
  project.plan(k_plan);
  REQUIRE(project.milepost({"run", "M1_test.md", "--retries", "0"}).exit == 1);
}

}  // namespace

TEST_CASE("F44: a plan that was edited meanwhile is resumed only when that is accepted") {
  const Project project;
  half_run(project);
  auto edited = k_plan;
  edited[1].shell = "echo edited > second";
  edited.push_back({"1.4", "Fourth", "echo 4 > fourth"});
  project.write("M1_test.md", plan_of(edited));
  const Ended refused = project.milepost({"resume", "M1_test.md"});
  INFO(refused.err);
  CHECK(refused.exit == 2);
  CHECK(refused.says("task 1.2 (failed) was edited"));
  CHECK(refused.says("task 1.4 is new"));
  CHECK(refused.says("--accept-plan-change"));
  CHECK_FALSE(project.has("second"));
  const Ended resume = project.milepost({"resume", "M1_test.md", "--accept-plan-change"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  CHECK(project.text("second") == "edited\n");
  CHECK(project.text("fourth") == "4\n");
  CHECK(project.task("1.1")["attempts"].size() == 1);
}

TEST_CASE("F44: a task that was put before a finished one is done, and the finished one stays so") {
  const Project project;
  half_run(project);
  project.write("ready", "");
  auto edited = k_plan;
  edited.insert(edited.begin(), {"1.0", "Before", "echo 0 > before"});
  std::swap(edited[2], edited[3]);
  project.write("M1_test.md", plan_of(edited));
  const Ended resume = project.milepost({"resume", "M1_test.md", "--accept-plan-change"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  CHECK(project.text("before") == "0\n");
  CHECK(project.task("1.1")["attempts"].size() == 1);
  CHECK(project.report()["counts"]["completed"] == 4);
}

TEST_CASE("an edit of what is no task's text does not stop a resume") {
  const Project project;
  half_run(project);
  project.write("ready", "");
  project.write("M1_test.md", project.text("M1_test.md") + "\n## Notes\n\nSomething to remember.\n");
  const Ended resume = project.milepost({"resume", "M1_test.md"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
}

TEST_CASE("a second run beside an unfinished one is refused with both ways on, and --fresh starts anew") {
  const Project project;
  half_run(project);
  const Ended refused = project.milepost({"run", "M1_test.md"});
  INFO(refused.err);
  CHECK(refused.exit == 2);
  CHECK(refused.says("milepost resume M1_test.md"));
  CHECK(refused.says("milepost run --fresh M1_test.md"));
  project.write("ready", "");
  const Ended fresh = project.milepost({"run", "M1_test.md", "--fresh"});
  INFO(fresh.err);
  CHECK(fresh.exit == 0);
  CHECK(project.report()["counts"]["completed"] == 3);
}

TEST_CASE("a run that was stopped in its first task is not begun anew without a word") {
  const Project project;
  project.plan({{"1.1", "Stay", "echo hi > work; if [ ! -f go ]; then sleep 300; fi"}});
  Program run = project.start({"run", "M1_test.md"});
  REQUIRE(eventually(30s, [&] { return project.has("work"); }));
  run.signal(SIGTERM);
  REQUIRE(run.wait().exit == 143);
  project.write("go", "");
  const Ended refused = project.milepost({"run", "M1_test.md"});
  INFO(refused.err);
  CHECK(refused.exit == 2);
  CHECK(refused.says("is unfinished (0 of 1 tasks done)"));
  CHECK(project.milepost({"resume", "M1_test.md"}).exit == 0);
  CHECK(project.git({"show", "HEAD:work"}) == "hi");
}

TEST_CASE("a resume on a branch without the finished tasks' commits says so") {
  const Project project;
  half_run(project);
  project.git({"checkout", "-q", "-b", "other", "HEAD~1"});
  project.write("ready", "");
  const Ended resume = project.milepost({"resume", "M1_test.md"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  CHECK(resume.says("the commits of finished tasks (1.1) are not in branch other"));
}

TEST_CASE("an answer to a run without an open question changes nothing") {
  const Project project;
  half_run(project);
  const std::string before = project.milepost({"status", "--json"}).out;
  CHECK(project.milepost({"resume", "M1_test.md", "--answer", "yes"}).exit == 2);
  CHECK(project.milepost({"status", "--json"}).out == before);
}

TEST_CASE("a finished run has nothing to resume, and the plan can be run again") {
  const Project project;
  project.plan({{"1.1", "One", "echo x >> file"}});
  REQUIRE(project.milepost({"run", "M1_test.md"}).exit == 0);
  const Ended resume = project.milepost({"resume", "M1_test.md"});
  CHECK(resume.exit == 0);
  CHECK(resume.says("finished already"));
  CHECK(project.text("file") == "x\n");
  CHECK(project.milepost({"run", "M1_test.md"}).exit == 0);
  CHECK(project.text("file") == "x\nx\n");
}

TEST_CASE("F45: a damaged or lost journal is never taken for a fresh start") {
  const Project project;
  half_run(project);
  const auto run = std::filesystem::directory_iterator(project.project_state() / "runs")->path();
  std::filesystem::path journal = run / "journal.ndjson";
  SUBCASE("damaged") {
    std::string text = slurp(journal);
    text[text.size() / 2] ^= 1;
    std::ofstream(journal, std::ios::binary) << text;
  }
  SUBCASE("gone") {
    std::filesystem::remove(journal);
  }
  for (const char* command : {"run", "resume"}) {
    const Ended refused = project.milepost({command, "M1_test.md"});
    INFO(refused.err);
    CHECK(refused.exit == 2);
    CHECK(refused.says("journal"));
  }
  project.write("ready", "");
  CHECK(project.milepost({"run", "M1_test.md", "--fresh"}).exit == 0);
}
