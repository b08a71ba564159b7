#include "support.hpp"
#include "support/action_runner.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace milepost::test;

namespace {

ActionRunner action_in(const Project& project) {
  Values environment;
  for (const std::string& entry : project.environment()) {
    const std::size_t equals = entry.find('=');
    environment[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  return ActionRunner(std::filesystem::path(MILEPOST_TEST_DEPLOY) / "github-action/action.yml",
                      project.folder(), environment);
}

/// Writing the image's gigabyte is tried with a stand-in (tests/cli/action_test.cpp).
void fill_cache(const ActionRunner& runner) {
  std::filesystem::create_directories(runner.temp() + "/milepost-cache");
  std::ofstream(runner.temp() + "/milepost-cache/image.tar") << "an image";
}

const Values k_inputs = {{"plan", "M1_test.md"}, {"milepost", MILEPOST_TEST_PROGRAM}, {"harness", "script"}};

}  // namespace

TEST_CASE("the GitHub action runs a milestone on a real engine and leaves its files") {
  const Project project;
  project.plan(
      {{"1.1", "Make a file", "echo x > made.txt; printf '::error::forged\\n##[warning]forged\\n'"}});
  ActionRunner action = action_in(project);
  fill_cache(action);
  Values inputs = k_inputs;
  inputs["verify"] = "test -f made.txt\n";
  const int exit = action.run(inputs);
  INFO(action.log);
  REQUIRE(exit == 0);
  CHECK(action.output("exit") == "0");
  CHECK(action.output("outcome") == "completed");
  CHECK(action.output("completed") == "1");
  CHECK(action.summary().find("| completed | 1 |") != std::string::npos);
  const std::filesystem::path report = action.output("report");
  CHECK(Json::parse(slurp(report / "report.json"))["status"] == "completed");
  CHECK(slurp(report / "junit.xml").find("tests=\"1\" failures=\"0\" errors=\"0\"") != std::string::npos);
  CHECK(slurp(report / "logs/1.1-1/stdout.log").find("forged") != std::string::npos);
  CHECK(slurp(report / "events.ndjson").find("\"event\":\"run_ended\"") != std::string::npos);
  CHECK(action.log.find("::group::Task 1.1 Make a file\n") != std::string::npos);
  for (const std::string& line : lines(action.log)) {
    if (line.find("forged") != std::string::npos) CHECK(line.find("\\") != std::string::npos);
  }
  CHECK(project.no_container_within(0s));
}

TEST_CASE("a milestone that fails in the action fails the job with its outputs and annotations set") {
  const Project project;
  project.plan({{"1.1", "Make a file", "echo x > made.txt"}});
  ActionRunner action = action_in(project);
  fill_cache(action);
  Values inputs = k_inputs;
  inputs["verify"] = "echo 'made.txt:3: wrong'; false";
  inputs["arguments"] = "--retries\n0";
  CHECK(action.run(inputs) == 1);
  INFO(action.log);
  CHECK(action.output("outcome") == "failed");
  CHECK(action.log.find("::error file=made.txt,line=3,title=Task 1.1 failed::") != std::string::npos);
  CHECK(slurp(std::filesystem::path(action.output("report")) / "junit.xml").find("<failure") !=
        std::string::npos);
}
