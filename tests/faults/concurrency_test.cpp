#include "e2e/support.hpp"
#include "process_engine.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <list>

using namespace milepost::test;

TEST_CASE("F40: of a hundred runs of one plan that start at once exactly one proceeds") {
  constexpr int k_starts = 100;
  const ProcessEngine engine;
  const Project project("repo", engine.client());
  project.plan({{"1.1", "Stay", "echo ran >> ran\nwhile [ ! -f go ]; do sleep 0.02; done"}});
  std::list<Program> programs;
  for (int i = 0; i < k_starts; ++i) programs.push_back(project.start({"run", "M1_test.md"}));
  // The one that proceeds stays until all others have been refused.
  std::vector<Ended> ended;
  REQUIRE(eventually(90s, [&] {
    for (auto program = programs.begin(); program != programs.end();) {
      if (!program->has_ended()) {
        ++program;
        continue;
      }
      ended.push_back(program->wait());
      program = programs.erase(program);
    }
    return programs.size() == 1;
  }));
  const std::string holder = "pid " + std::to_string(programs.front().pid());
  int refused = 0;
  for (const Ended& one : ended) {
    INFO(one.err);
    CHECK(one.exit == 7);
    CHECK(one.says(holder));
    ++refused;
  }
  CHECK(refused == k_starts - 1);
  CHECK(project.containers("running").size() == 1);
  project.write("go", "");
  const Ended last = programs.front().wait();
  INFO(last.err);
  CHECK(last.exit == 0);
  CHECK(project.text("ran") == "ran\n");
  CHECK(project.containers().empty());
}

TEST_CASE(
    "F41, F42: eight runs in repositories of one name pass side by side while gc runs again and again") {
  const ProcessEngine engine;
  engine.set_slow_start(50ms);  // a container that is created and not started yet has a live owner too
  std::deque<Project> projects;
  std::vector<Program> runs;
  for (int i = 0; i < 8; ++i) {
    const Project& project = projects.emplace_back("app", engine.client());
    project.plan(
        {{"1.1", "Meet",
          "touch here\nwhile [ ! -f go ]; do sleep 0.02; done\necho " + std::to_string(i) + " > mine"},
         {"1.2", "Go on", "cat mine > last"}});
  }
  for (const Project& project : projects) runs.push_back(project.start({"run", "M1_test.md"}));
  const auto gc = [&] {
    // Two at once.
    Program one = projects[0].start({"gc", "--json", "--engine", engine.client()});
    Program two = projects[1].start({"gc", "--json", "--engine", engine.client()});
    for (Program* program : {&one, &two}) {
      const Ended ended = program->wait();
      INFO(ended.err);
      CHECK(ended.exit == 0);
      CHECK(Json::parse(ended.out)["removed"].empty());
    }
  };
  REQUIRE(eventually(60s, [&] {
    gc();
    return std::ranges::all_of(projects, [](const Project& project) { return project.has("here"); });
  }));
  for (const Project& project : projects) project.write("go", "");
  gc();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Ended ended = runs[i].wait();
    INFO(ended.err);
    CHECK(ended.exit == 0);
    CHECK(projects[i].text("last") == std::to_string(i) + "\n");
    CHECK(projects[i].containers().empty());
  }
}
