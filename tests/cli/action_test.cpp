#include "milepost/cli/command.hpp"

#include "support/action_runner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

// The shell steps of the GitHub action and of the GitLab template, with a milepost and an engine that only
// write down how they were called. The same with the real ones: tests/e2e/action_test.cpp.

using namespace milepost;
using test::ActionRunner;
using test::ScratchDir;
using test::slurp;
using test::Values;
namespace fs = std::filesystem;

namespace {

const fs::path k_deploy = fs::path(MILEPOST_TEST_SOURCE) / "deploy";

struct Runner {
  ScratchDir scratch;
  std::string calls() const { return slurp(scratch / "calls"); }

  explicit Runner(int exit_of_run = 0) {
    fs::create_directories(scratch / "repo");
    const std::string note = "#!/bin/bash\n{ printf '%s' \"${0##*/}\"; printf ' [%s]' \"$@\"; echo; } >>'" +
                             (scratch / "calls").string() + "'\n";
    program("milepost", note +
                            "case $1 in\n"
                            "  --version) echo 'milepost 1.2.3' ;;\n"
                            "  setup) printf '{\\n  \"image\": \"i\",\\n  \"volume\": \"vol-1\",\\n}\\n' ;;\n"
                            "  run|task|resume) printf 'exit<<e1\\n" +
                            std::to_string(exit_of_run) + "\\ne1\\n' >>\"$GITHUB_OUTPUT\"; exit " +
                            std::to_string(exit_of_run) + " ;;\nesac\n");
    program("docker", note +
                          "case $1 in\n"
                          "  version) ;;\n"
                          "  image) exit 1 ;;\n"
                          "  volume) if [ \"$2\" = inspect ]; then\n"
                          "    [ \"$3\" = --format ] || exit 1; echo 'a=b'; fi ;;\n"
                          "  save) echo image >\"$3\" ;;\n"
                          "  run) cat >/dev/null; echo tar ;;\n"
                          "esac\n");
    REQUIRE(std::system(("git init -q '" + (scratch / "repo").string() + "'").c_str()) == 0);
  }
  void program(const std::string& name, const std::string& text) const {
    fs::permissions(scratch.write("bin/" + name, text), fs::perms::owner_all);
  }
  ActionRunner action() const {
    return ActionRunner(
        k_deploy / "github-action/action.yml", scratch / "repo",
        {{"PATH", (scratch / "bin").string() + ":/usr/bin:/bin"}, {"HOME", scratch.path().string()}});
  }
  bool called(const std::string& part) const { return calls().find(part) != std::string::npos; }
};

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("the action checks the engine, sets up, runs with what its inputs say and cleans up") {
  const Runner here;
  ActionRunner action = here.action();
  CHECK(action.run({{"plan", "docs/M1 a.md"},
                    {"harness", "claude=2.1.330"},
                    {"verify", "pytest -q\nmake 'a b'\n"},
                    {"budget-usd", "5"},
                    {"arguments", "--retries\n0"}}) == 0);
  INFO(action.log);
  CHECK(action.ran == std::vector<std::string>{"trust", "install", "engine", "cache", "setup", "save", "run",
                                               "clean", "upload"});
  CHECK(here.called("milepost [setup] [--engine] [docker] [--install] [claude=2.1.330] [--json]\n"));
  CHECK(here.called(
      "milepost [run] [--engine] [docker] [--harness] [claude] [--report-dir] [" + action.temp() +
      "/milepost-report] [--verify] [pytest -q] [--verify] [make 'a b'] [--budget-usd] [5] [--retries] "
      "[0] [docs/M1 a.md]\n"));
  CHECK(here.called("milepost [gc] [--engine] [docker]\n"));
  CHECK(action.output("exit") == "0");
}

TEST_CASE("the run's exit code is the step's, and cleaning and uploading happen all the same") {
  const Runner here(5);
  ActionRunner action = here.action();
  CHECK(action.run({{"plan", "a.md"}}) == 5);
  CHECK(action.output("exit") == "5");
  CHECK(has(action.ran, "save"));
  CHECK(has(action.ran, "clean"));
  CHECK(has(action.ran, "upload"));
}

TEST_CASE("what came from the cache is not saved again") {
  const Runner here;
  ActionRunner action = here.action();
  action.set("steps.cache.outputs.cache-hit", "true");
  CHECK(action.run({{"plan", "a.md"}}) == 0);
  CHECK_FALSE(has(action.ran, "save"));
}

TEST_CASE("an input cannot add a command or an option's value") {
  const Runner here;
  ActionRunner action = here.action();
  CHECK(action.run({{"plan", "$(touch injected)"},
                    {"verify", "`touch injected`; \"x"},
                    {"budget-usd", "1; false"}}) == 0);
  CHECK(here.called("[--verify] [`touch injected`; \"x] [--budget-usd] [1; false] [$(touch injected)]\n"));
  CHECK_FALSE(fs::exists(here.scratch / "repo/injected"));
}

TEST_CASE(
    "the image and the harness volume are kept for the next job and given back to an engine without them") {
  const Runner here;
  ActionRunner action = here.action();
  REQUIRE(action.run({{"plan", "a.md"}}) == 0);
  const fs::path cache = fs::path(action.temp()) / "milepost-cache";
  CHECK(slurp(cache / "volume.name") == "vol-1\n");
  CHECK(slurp(cache / "volume.labels") == "a=b\n");
  CHECK(fs::exists(cache / "image.tar"));
  fs::remove(here.scratch / "calls");
  REQUIRE(action.run({{"plan", "a.md"}}) == 0);
  CHECK(here.called("docker [load] [-i] [" + (cache / "image.tar").string() + "]\n"));
  CHECK(here.called("docker [volume] [create] [--label] [a=b] [vol-1]\n"));
  CHECK_FALSE(here.called("[save]"));
}

TEST_CASE("a plan is only read: no engine, no set-up, no secret") {
  const Runner here;
  ActionRunner action = here.action();
  action.set("github.event_name", "pull_request_target");
  CHECK(action.run({{"plan", "a.md"}, {"command", "plan"}}) == 0);
  CHECK(action.ran == std::vector<std::string>{"trust", "install", "run"});
  CHECK(here.calls() == "milepost [--version]\nmilepost [plan] [--strict] [a.md]\n");
}

TEST_CASE("a stranger's code does not meet the secrets of pull_request_target") {
  const Runner here;
  ActionRunner action = here.action();
  action.set("github.event_name", "pull_request_target");
  CHECK(action.run({{"plan", "a.md"}}) == 3);
  CHECK(here.calls().empty());
  CHECK(action.log.find("::error title=milepost::pull_request_target") == 0);
}

TEST_CASE("a checkout that left its token where the agent can read it is refused") {
  const Runner here;
  REQUIRE(std::system(("git -C '" + (here.scratch / "repo").string() +
                       "' config http.https://github.com/.extraheader 'AUTHORIZATION: basic abc'")
                          .c_str()) == 0);
  ActionRunner action = here.action();
  CHECK(action.run({{"plan", "a.md"}}) == 3);
  CHECK(action.log.find("persist-credentials: false") != std::string::npos);
  CHECK(action.log.find("abc") == std::string::npos);
}

TEST_CASE("without an engine the job ends before anything is spent") {
  const Runner here;
  here.program("docker", "#!/bin/sh\nexit 1\n");
  here.program("podman", "#!/bin/sh\nexit 1\n");
  ActionRunner action = here.action();
  CHECK(action.run({{"plan", "a.md"}}) == 3);
  CHECK_FALSE(has(action.ran, "setup"));
}

TEST_CASE("task and resume have their arguments") {
  const Runner here;
  ActionRunner action = here.action();
  CHECK(action.run({{"plan", "a.md"}, {"command", "task"}, {"task", "1.2"}}) == 0);
  CHECK(here.called("[a.md] [1.2]\n"));
  CHECK(action.run({{"plan", "a.md"}, {"command", "resume"}, {"answer", "use 8080"}}) == 0);
  CHECK(here.called("milepost [resume] [--answer] [use 8080]"));
  CHECK(action.run({{"plan", "a.md"}, {"command", "rm"}}) == 2);
}

TEST_CASE("the GitLab job runs the milestone and keeps its report as artifacts") {
  const Runner here;
  const YAML::Node job = YAML::LoadFile((k_deploy / "gitlab/milepost.gitlab-ci.yml").string())[".milepost"];
  std::string script = "set -eo pipefail\n";
  for (const auto& [name, value] : Values{{"MILESTONE_PLAN", "docs/a b.md"},
                                          {"MILESTONE_HARNESS", "claude=2.1"},
                                          {"MILESTONE_CHECKS", "pytest -q\nmake x\n"},
                                          {"MILESTONE_ARGUMENTS", "--retries\n0"},
                                          {"MILESTONE_REPORT", (here.scratch / "report").string()},
                                          {"CI_PROJECT_DIR", (here.scratch / "repo").string()},
                                          {"GITHUB_OUTPUT", "/dev/null"}})
    script += "export " + name + "='" + value + "'\n";
  const auto run = [&](const char* part) {
    const auto file = here.scratch.write("job.sh", script + job[part][0].as<std::string>());
    return std::system(("cd '" + (here.scratch / "repo").string() + "' && HOME='" +
                        here.scratch.path().string() + "' PATH='" + (here.scratch / "bin").string() +
                        ":/usr/bin:/bin' bash '" + file.string() + "'")
                           .c_str());
  };
  CHECK(run("script") == 0);
  CHECK(here.calls() ==
        "milepost [setup] [--install] [claude=2.1]\nmilepost [run] [--harness] [claude] [--report-dir] [" +
            (here.scratch / "report").string() +
            "] [--verify] [pytest -q] [--verify] [make x] [--retries] [0] [docs/a b.md]\n");
  here.scratch.write("report/junit.xml", "<testsuites/>");
  CHECK(run("after_script") == 0);
  CHECK(slurp(here.scratch / "repo" / job["artifacts"]["reports"]["junit"].as<std::string>()) ==
        "<testsuites/>");
  CHECK(job["artifacts"]["when"].as<std::string>() == "always");
}
