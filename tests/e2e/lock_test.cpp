#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

TEST_CASE("F40: of two runs of one plan at the same moment exactly one proceeds, and the other names it") {
  constexpr int k_rounds = 3;
  const Project project;
  // The one that proceeds is there until the other has ended.
  project.plan({{"1.1", "Stay", "echo ran >> ran\nwhile [ ! -f go ]; do sleep 0.01; done"}});
  for (int round = 0; round < k_rounds; ++round) {
    CAPTURE(round);
    const Words words = {"run", "M1_test.md", "--fresh", "--set", "commit=none", "--set", "handoff=none"};
    Program one = project.start(words), two = project.start(words);
    Program* refused = nullptr;
    REQUIRE(eventually(30s, [&] {
      for (Program* program : {&one, &two}) {
        if (program->err().find("milepost:") != std::string::npos) refused = program;
      }
      return refused != nullptr;
    }));
    Program& holder = refused == &one ? two : one;
    const Ended second = refused->wait();
    INFO(second.err);
    CHECK(second.exit == 7);
    CHECK(second.says("pid " + std::to_string(holder.pid())));
    project.write("go", "");
    const Ended first = holder.wait();
    INFO(first.err);
    CHECK(first.exit == 0);
    CHECK(project.text("ran") == "ran\n");
    std::filesystem::remove(project.file("go"));
    std::filesystem::remove(project.file("ran"));
  }
}

TEST_CASE("F40: while a run works in a code folder, one of another plan is refused and told the way out") {
  const Project project;
  project.plan({{"1.1", "Stay", "touch here\nwhile [ ! -f go ]; do sleep 0.01; done"}});
  project.write("M2_other.md", plan_of({{"2.1", "Other", "echo 2 > other"}}));
  project.git({"add", "M2_other.md"});
  project.git({"commit", "-q", "-m", "another plan"});
  Program run = project.start({"run", "M1_test.md"});
  REQUIRE(eventually(30s, [&] { return project.has("here"); }));
  for (const Words& words : {Words{"run", "M2_other.md"}, Words{"task", "M2_other.md", "2.1"}}) {
    const Ended other = project.milepost(words);
    INFO(other.err);
    CHECK(other.exit == 7);
    CHECK(other.says("pid " + std::to_string(run.pid())));
    CHECK(other.says("of M1_test.md"));
    CHECK(other.says("git worktree add"));
  }
  CHECK_FALSE(project.has("other"));
  project.write("go", "");
  CHECK(run.wait().exit == 0);
  const Ended other = project.milepost({"run", "M2_other.md"});
  INFO(other.err);
  CHECK(other.exit == 0);
}

TEST_CASE("F41: two repositories of the same name run at the same time") {
  const Project one("app"), two("app");
  for (const Project* project : {&one, &two}) {
    // Each goes on only when the other's task runs too.
    project->plan({{"1.1", "Meet", "touch here\nwhile [ ! -f go ]; do sleep 0.01; done"}});
  }
  Program first = one.start({"run", "M1_test.md"}), second = two.start({"run", "M1_test.md"});
  REQUIRE(eventually(30s, [&] { return one.has("here") && two.has("here"); }));
  one.write("go", "");
  two.write("go", "");
  for (Program* program : {&first, &second}) {
    const Ended ended = program->wait();
    INFO(ended.err);
    CHECK(ended.exit == 0);
  }
}

TEST_CASE("F42: commands that only look do so while a run is alive") {
  const Project project;
  project.plan({{"1.1", "Stay", "touch here\nwhile [ ! -f go ]; do sleep 0.01; done"}});
  Program run = project.start({"run", "M1_test.md"});
  REQUIRE(eventually(30s, [&] { return project.has("here"); }));
  const Ended status = project.milepost({"status", "--json"});
  CHECK(status.exit == 0);
  CHECK(Json::parse(status.out)["runs"][0]["live"] == true);
  CHECK(project.milepost({"resume", "M1_test.md"}).exit == 7);
  CHECK(project.milepost({"restore", "M1_test.md", "--yes"}).exit == 7);
  const Ended gc = project.milepost({"gc", "--json"});
  CHECK(gc.exit == 0);
  CHECK(project.containers().size() == 1);
  project.write("go", "");
  CHECK(run.wait().exit == 0);
}
