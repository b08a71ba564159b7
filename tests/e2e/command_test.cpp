#include "support.hpp"

#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <fstream>

using namespace milepost::test;

namespace fs = std::filesystem;

namespace {

const std::vector<Step> k_tasks = {{"1.1", "Write", "echo hello from the agent; echo 1 > one"},
                                   {"1.2", "Read", "cat one"}};

std::vector<std::string> names_in(const Json& list) {
  return list.get<std::vector<std::string>>();
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("plan shows the tasks and starts nothing") {
  const Project project;
  project.plan(k_tasks);
  const Ended text = project.milepost({"plan", "M1_test.md"});
  CHECK(text.exit == 0);
  CHECK(text.out.find("1.1  Write") != std::string::npos);
  const Json plan = Json::parse(project.milepost({"plan", "M1_test.md", "--json"}).out);
  CHECK(plan["id"] == "M1");
  CHECK(plan["tasks"].size() == 2);
  CHECK(plan["tasks"][1]["depends_on"] == Json::array({"1.1"}));
  CHECK_FALSE(fs::exists(project.project_state()));
}

TEST_CASE("a plan without tasks, a missing plan and an unknown task are refused before anything starts") {
  const Project project;
  project.write("M1_test.md", "# Milestone 1: Empty\n\nNothing here.\n");
  CHECK(project.milepost({"run", "M1_test.md"}).exit == 2);
  CHECK(project.milepost({"run", "M2_none.md"}).exit == 2);
  project.plan(k_tasks);
  const Ended task = project.milepost({"task", "M1_test.md", "1.9"});
  CHECK(task.exit == 2);
  CHECK(task.says("no task '1.9'"));
  CHECK(project.containers().empty());
}

TEST_CASE("doctor passes where a run is possible") {
  const Project project;
  const Ended ended = project.milepost({"doctor"});
  INFO(ended.out);
  CHECK(ended.exit == 0);
  const Ended json = project.milepost({"doctor", "--json"});
  CHECK(json.exit == 0);
  CHECK(Json::accept(json.out));
}

TEST_CASE("F20: doctor and run tell what is missing, with a remedy, and start nothing") {
  Project project;
  project.plan(k_tasks);
  SUBCASE("outside of a repository") {
    const Ended ended = project.milepost({"doctor", "-C", (project.base() / "home").string()});
    INFO(ended.out);
    CHECK(ended.exit == 3);
    CHECK(ended.out.find("git init") != std::string::npos);
  }
  SUBCASE("an engine that is not installed") {
    fs::create_directories(project.base() / "bin");
    for (const char* program : {"git", "bash", "sh"})
      fs::create_symlink(fs::path("/usr/bin") / program, project.base() / "bin" / program);
    project.set("PATH", (project.base() / "bin").string());
    for (const char* command : {"doctor", "run"}) {
      Words words = {command, "--engine", "podman"};
      if (words[0] == "run") words.insert(words.begin() + 1, "M1_test.md");
      const Ended ended = project.milepost(words);
      INFO(ended.out, ended.err);
      CHECK(ended.exit == 3);
      CHECK((ended.out + ended.err).find("podman") != std::string::npos);
    }
  }
  SUBCASE("an image that does not exist") {
    const Ended ended = project.milepost({"run", "M1_test.md", "--image", "milepost-no-such-image:latest"});
    INFO(ended.err);
    CHECK(ended.exit == 3);
    CHECK(ended.says("milepost-no-such-image"));
    CHECK(ended.says("build or pull it"));
  }
  SUBCASE("a file and a check of the user's") {
    fs::create_directories(project.base() / "config/milepost");
    std::ofstream(project.base() / "config/milepost/config.yaml")
        << "environment:\n  require_files: [.env.sandbox]\n  checks:\n    - {name: stack, run: exit 1, hint: "
           "start the stack}\n";
    const Ended ended = project.milepost({"run", "M1_test.md"});
    INFO(ended.err);
    CHECK(ended.exit == 3);
    CHECK(ended.says(".env.sandbox"));
    CHECK(ended.says("start the stack"));
  }
  CHECK_FALSE(project.has("one"));
  CHECK_FALSE(fs::exists(project.project_state() / "runs"));
}

TEST_CASE("a run can be looked at afterwards: status, logs, history, costs") {
  const Project project;
  project.plan(k_tasks);
  REQUIRE(project.milepost({"run", "M1_test.md", "--verify", "grep 1 one"}).exit == 0);
  const Ended status = project.milepost({"status"});
  CHECK(status.exit == 0);
  CHECK(status.out.find("1.1  completed  Write") != std::string::npos);
  const Ended logs = project.milepost({"logs", "M1_test.md", "1.1"});
  CHECK(logs.out.find("hello from the agent") != std::string::npos);
  CHECK(logs.out.find("passed  grep 1 one") != std::string::npos);
  for (const std::string& recorded : lines(project.milepost({"logs", "M1_test.md", "1.1", "--raw"}).out))
    CHECK(recorded.starts_with("{"));
  CHECK(project.milepost({"logs", "M1_test.md", "1.1", "--raw"}).out.find("\"type\":\"result\"") !=
        std::string::npos);
  CHECK(project.milepost({"logs", "M1_test.md", "7"}).exit == 2);
  const Json history = Json::parse(project.milepost({"history", "--json"}).out);
  REQUIRE(history["runs"].size() == 1);
  CHECK(history["runs"][0]["completed"] == 2);
  CHECK(history["runs"][0]["cost_usd"].is_null());
  const Ended costs = project.milepost({"costs", "--since", "1d"});
  CHECK(costs.exit == 0);
  CHECK(costs.out.find("1 run") != std::string::npos);
  CHECK(project.milepost({"costs", "--since", "2999-01-01"}).out.empty());
}

TEST_CASE("config prints every value with its origin") {
  Project project;
  project.set("MILEPOST_RETRIES", "5");
  project.write(".milepost/config.yaml", "timeouts:\n  idle: 5m\n");
  const Ended config = project.milepost({"config", "--set", "timeouts.task=30m"});
  CHECK(config.exit == 0);
  for (const char* text : {"MILEPOST_RETRIES", ".milepost/config.yaml:2", "--set", "milepost-agent:latest"})
    CHECK_MESSAGE(config.out.find(text) != std::string::npos, text);
  project.write(".milepost/config.yaml", "retrys: 1\n");
  const Ended wrong = project.milepost({"config"});
  CHECK(wrong.exit == 2);
  CHECK(wrong.says("config.yaml:1"));
  CHECK(wrong.says("retries"));
}

TEST_CASE("exec gives the command's output and exit code, in the set-up of the agent") {
  const Project project;
  CHECK(project.milepost({"exec", "--", "bash", "-c", "exit 7"}).exit == 7);
  CHECK(project.milepost({"exec", "--", "bash", "-c", "kill -9 $$"}).exit == 137);
  const Ended ended = project.milepost(
      {"exec", "--", "bash", "-c",
       "pwd; id -u; touch ~/x && [ -s /etc/passwd ] && whoami; echo to-stderr >&2; printf '%s\\n' \"$1\"",
       "bash", "a 'b'  $c"});
  INFO(ended.err);
  CHECK(ended.exit == 0);
  const auto out = lines(ended.out);
  REQUIRE(out.size() == 4);
  CHECK(out[0] == "/workspace");
  CHECK(out[1] == std::to_string(::geteuid()));
  CHECK(out[2] == (::geteuid() == 0 ? "root" : "agent"));
  CHECK(out[3] == "a 'b'  $c");
  CHECK(ended.err == "to-stderr\n");
  CHECK(project.milepost({"exec"}).exit == 2);
  CHECK(project.no_container_within(0s));
}

TEST_CASE("F6: a signal ends exec, and no container stays") {
  const Project project;
  Program exec = project.start({"exec", "--", "bash", "-c", "touch here; sleep 300"});
  REQUIRE(eventually(30s, [&] { return project.has("here"); }));
  const auto sent = Clock::now();
  exec.signal(SIGTERM);
  CHECK(exec.wait(20s).exit == 143);
  CHECK(Clock::now() - sent < 5s);
  CHECK(project.no_container_within(0s));
}

TEST_CASE("volumes are listed") {
  const Project project;
  const Ended list = project.milepost({"volumes", "list", "--json", "--engine", engine_under_test()});
  INFO(list.err);
  CHECK(list.exit == 0);
  CHECK(Json::parse(list.out)["volumes"].is_array());
}

TEST_CASE("F42: gc removes the container of a dead owner and never that of a live one") {
  const Project project;
  project.plan({{"1.1", "Stay", "touch here; sleep 300"}});
  const std::string engine = engine_under_test();
  const Words gc = {"gc", "--json", "--engine", engine};
  Program run = project.start({"run", "M1_test.md"});
  REQUIRE(eventually(30s, [&] { return project.has("here"); }));
  const auto live = project.containers();
  REQUIRE(live.size() == 1);
  const Json labels =
      Json::parse(engine_output(engine, {"inspect", "--format", "{{json .Config.Labels}}", live.front()}));

  // A stopped owner is not a dead one.
  run.signal(SIGSTOP);
  CHECK(contains(names_in(Json::parse(project.milepost(gc).out)["alive"]), live.front()));
  CHECK(project.containers() == live);
  run.signal(SIGKILL);
  run.wait();
  CHECK(project.no_container_within(5s));

  const std::string orphan = live.front() + "-orphan";
  Words create = {"create", "--name", orphan};
  for (const auto& [name, value] : labels.items())
    create.insert(create.end(), {"--label", name + "=" + value.get<std::string>()});
  create.insert(create.end(), {"milepost-agent:latest", "sleep", "300"});
  engine_output(engine, create);
  REQUIRE(project.containers() == Words{orphan});
  Words dry = gc;
  dry.emplace_back("--dry-run");
  CHECK(contains(names_in(Json::parse(project.milepost(dry).out)["removed"]), orphan));
  CHECK(project.containers() == Words{orphan});
  const Ended real = project.milepost(gc);
  INFO(real.out);
  CHECK(real.exit == 0);
  CHECK(project.containers().empty());
}

TEST_CASE("F55: restore brings back what a task removed") {
  const Project project;
  project.write("src/main.cpp", "int main() {}\n");
  project.git({"add", "."});
  project.git({"commit", "-q", "-m", "code"});
  project.plan(
      {{"1.1", "Remove everything", "find . -mindepth 1 -not -path './.git*' -delete; echo gone > gone"}});
  project.write("notes.txt", "never committed\n");
  const Ended run = project.milepost({"run", "M1_test.md"});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK_FALSE(project.has("notes.txt"));
  const Ended list = project.milepost({"restore", "M1_test.md", "--list"});
  CHECK(list.out.find("1.1  attempt 1") != std::string::npos);
  const Ended unasked = project.milepost({"restore", "M1_test.md", "1.1"});
  CHECK(unasked.exit == 2);
  CHECK(unasked.says("--yes"));
  const Ended restore = project.milepost({"restore", "M1_test.md", "1.1", "--yes"});
  INFO(restore.err);
  CHECK(restore.exit == 0);
  CHECK(project.text("notes.txt") == "never committed\n");
  CHECK(project.text("src/main.cpp") == "int main() {}\n");
  CHECK(project.has("M1_test.md"));
  CHECK_FALSE(project.has("gone"));
}

TEST_CASE("what a restore replaced is listed and can be put back, and so can what that replaced") {
  const Project project;
  project.plan({{"1.1", "One", "echo agent > file"}});
  REQUIRE(project.milepost({"run", "M1_test.md"}).exit == 0);
  project.write("file", "mine\n");
  REQUIRE(project.milepost({"restore", "M1_test.md", "1.1", "--yes"}).exit == 0);
  REQUIRE_FALSE(project.has("file"));

  const Json kept = Json::parse(project.milepost({"restore", "M1_test.md", "--list", "--json"}).out)["kept"];
  REQUIRE(kept.size() == 1);
  const std::string name = kept[0]["snapshot"];
  CHECK(project.milepost({"restore", "M1_test.md", "--list"}).out.find(name) != std::string::npos);
  const Ended unknown = project.milepost({"restore", "M1_test.md", "--snapshot", name + "x", "--yes"});
  CHECK(unknown.exit == 2);
  CHECK(unknown.says("did you mean '" + name + "'?"));
  CHECK(project.milepost({"restore", "M1_test.md", "1.1", "--snapshot", name, "--yes"}).exit == 2);

  const Ended back = project.milepost({"restore", "M1_test.md", "--snapshot", name, "--yes"});
  INFO(back.err);
  CHECK(back.exit == 0);
  CHECK(project.text("file") == "mine\n");
  CHECK(Json::parse(project.milepost({"restore", "M1_test.md", "--list", "--json"}).out)["kept"].size() == 2);
}
