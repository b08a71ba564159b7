#include "claude_project.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <filesystem>

using namespace milepost::test;

namespace {

/// Two tasks: the second one builds on what the first one wrote.
std::vector<ModelTask> two_tasks() {
  return {{"1.1",
           "Write the parts",
           {turn(writes("src/one.txt", "one\n"), writes("src/two.txt", "two\n"), done("Wrote two parts."))}},
          {"1.2",
           "Join them",
           {turn(runs("cat src/one.txt src/two.txt > joined.txt && mkdir -p out && touch out/empty"),
                 done("Joined the parts."))}}};
}

void check_work(const ClaudeProject& project, uid_t uid, gid_t gid) {
  CHECK(project.text("joined.txt") == "one\ntwo\n");
  CHECK(project.subjects() == Words{"feat(M1): Write the parts", "feat(M1): Join them"});
  CHECK(project.git({"show", "HEAD:joined.txt"}) == "one\ntwo");
  CHECK(project.git({"show", "HEAD~1:src/two.txt"}) == "two");
  for (const char* name : {"src", "src/one.txt", "src/two.txt", "joined.txt", "out", "out/empty"}) {
    CAPTURE(name);
    struct stat status {};
    REQUIRE(::stat(project.file(name).c_str(), &status) == 0);
    CHECK(status.st_uid == uid);
    CHECK(status.st_gid == gid);
  }
}

void check_report(const ClaudeProject& project) {
  const Json report = project.report();
  CHECK(report["status"] == "completed");
  CHECK(report["harness"] == "claude");
  double sum = 0;
  for (const Json& task : report["tasks"]) {
    CAPTURE(task.dump());
    const unsigned answers = task["id"] == "1.1" ? 3 : 2;
    CHECK(task["attempts"].size() == 1);
    CHECK(task["attempts"][0]["session_id"].get<std::string>().size() == 36);
    const Json& usage = task["usage"];
    CHECK(usage["turns"] == answers);
    CHECK(usage["input_tokens"] == 1000 * answers);
    CHECK(usage["cached_tokens"] == 200 * answers);
    CHECK(usage["output_tokens"] == 50 * answers);
    CHECK(usage["cost_usd"].get<double>() > 0);
    sum += usage["cost_usd"].get<double>();
  }
  CHECK(report["usage"]["turns"] == 5);
  CHECK(report["usage"]["cost_usd"].get<double>() == doctest::Approx(sum));
  CHECK(project.task("1.1")["summary"] == "Wrote two parts.");
}

}  // namespace

TEST_CASE("Claude Code works on the tasks of a milestone, on each engine") {
  for (const std::string& engine : engines()) {
    CAPTURE(engine);
    const Model model;
    const ClaudeProject project(model, engine);
    project.plan(two_tasks());
    const Ended run = project.run({"--verify", "test -s src/one.txt"});
    INFO(run.err);
    REQUIRE(run.exit == 0);
    check_work(project, ::geteuid(), ::getegid());
    check_report(project);
    CHECK(project.no_container_within(0s));
    CHECK(run.says("→ Write src/one.txt\n"));
    CHECK(run.says("→ Bash cat src/one.txt src/two.txt"));
    CHECK(run.says("✓ check passed  test -s src/one.txt"));

    // What the first task handed on reaches the second one's session, which is another.
    const auto requests = model.requests();
    REQUIRE(requests.size() == 5);
    CHECK(requests[4]["prompt"].get<std::string>().find(
              "## Task 1.1: Write the parts\n\nWrote two parts.\n") != std::string::npos);
    for (const Json& request : requests) {
      CHECK(request["prompts"] == 1);
      CHECK(request["credential"] == "x-api-key");
      const std::string id = request["request"] < 4 ? "1.1" : "1.2";
      const std::string session = project.attempts(id)[0]["session_id"];
      CHECK(request["session"].get<std::string>().find(session) != std::string::npos);
    }
  }
}

TEST_CASE("what Claude Code writes for an ordinary user belongs to that user") {
  // Only root can become somebody else; everybody else is tested by the case above.
  if (::geteuid() != 0 || engine_under_test() != "docker") return;
  struct stat socket {};
  if (::stat("/run/docker.sock", &socket) != 0) return;
  constexpr uid_t k_user = 12345;
  const std::string user = std::to_string(k_user);
  const Model model;
  const ClaudeProject project(model);
  project.plan(two_tasks());
  // The build may be below a directory that is closed to others, such as /root.
  const std::filesystem::path built = std::filesystem::path(MILEPOST_TEST_PROGRAM).parent_path(),
                              program = project.base() / "milepost";
  std::filesystem::copy_file(built / "milepost", program);
  std::filesystem::copy(built / "container_programs", project.base() / "container_programs");
  std::filesystem::copy(MILEPOST_TEST_DEPLOY, project.base() / "deploy",
                        std::filesystem::copy_options::recursive);
  REQUIRE(project.call({"chown", "-R", user + ":" + user, project.base()}).exit == 0);
  const Ended run =
      project.call({"setpriv", "--reuid", user, "--regid", user, "--groups", std::to_string(socket.st_gid),
                    "env", "MILEPOST_DEPLOY=" + (project.base() / "deploy").string(), program, "run", k_plan,
                    "--harness", "claude", "--engine", "docker", "--verify", "test $(id -u) = " + user});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  REQUIRE(project.call({"chown", "-R", "0:0", project.folder() / ".git"}).exit == 0);
  project.git({"config", "--global", "--add", "safe.directory", "*"});
  check_work(project, k_user, k_user);
  CHECK(project.no_container_within(0s));
}

TEST_CASE("logs and costs tell what Claude Code did") {
  const Model model;
  const ClaudeProject project(model);
  project.plan(two_tasks());
  const Ended run = project.run();
  INFO(run.err);
  REQUIRE(run.exit == 0);

  const Ended logs = project.milepost({"logs", k_plan, "1.1"});
  INFO(logs.out, logs.err);
  CHECK(logs.exit == 0);
  for (const char* text : {"I write it.\n", "→ Write src/one.txt\n", "→ Write src/two.txt\n", "That is all."})
    CHECK_MESSAGE(logs.out.find(text) != std::string::npos, text);
  CHECK(logs.out.find("joined") == std::string::npos);
  const Ended raw = project.milepost({"logs", k_plan, "1.1", "--raw"});
  CHECK(Json::parse(lines(raw.out).front())["subtype"] == "init");
  CHECK(Json::parse(lines(raw.out).back())["type"] == "result");
  const Ended prompt = project.milepost({"logs", k_plan, "1.2", "--prompt"});
  CHECK(prompt.out.find("## Task 1.2: Join them\n") != std::string::npos);

  const Ended costs = project.milepost({"costs", "--json"});
  const Json milestones = Json::parse(costs.out)["milestones"];
  REQUIRE(milestones.size() == 1);
  CHECK(milestones[0]["runs"] == 1);
  CHECK(milestones[0]["runs_of_unknown_cost"] == 0);
  CHECK(milestones[0]["cost_usd"] == project.report()["usage"]["cost_usd"]);
}

TEST_CASE("a task's text reaches the model byte by byte") {
  // No line of it may end in white space that a person would not see in a plan.
  std::string text =
      "\tTabs\tand \"double\", 'single' and `back` quotes, $(touch planted) and ${HOME} and $HOME,\n"
      "backslashes \\n \\\\ \\, percent %s %d, Grüße, 漢字, 🚀, zero\u200bwidth, right\u202eto left.\n\n"
      "```sh\necho \"$(touch planted)\" `touch planted` && exit 1\n```\n\n<tag attr=\"1\">&amp;</tag>\n";
  SUBCASE("with every kind of character") {}
  SUBCASE("of 300 KB") {
    for (int line = 0; text.size() < 300'000; ++line)
      text += "Line " + std::to_string(line) + " of a long task with its own words: ä, \"q\", $x, `y`.\n";
  }
  text += "The last line before the script.";
  const Model model;
  const ClaudeProject project(model);
  project.plan({{"1.1", "Read it all", {turn(done())}, text}});
  const Ended run = project.run();
  INFO(run.err);
  REQUIRE(run.exit == 0);
  const std::string sent = model.requests().at(0)["prompt"];
  CHECK(sent.find("**Type:** CODING\n\n" + text + "\n\n~~~~model-script\n") != std::string::npos);
  CHECK(sent == project.milepost({"logs", k_plan, "--prompt"}).out);
  CHECK_FALSE(project.has("planted"));
}

TEST_CASE("an answer of four megabytes is taken whole") {
  const Model model;
  const ClaudeProject project(model);
  Json step = done("The end of a long answer.");
  step["long"] = 4'000'000;
  project.plan({{"1.1", "Talk", {turn(std::move(step))}}, {"1.2", "Go on", {turn(done())}}});
  const Ended run = project.run();
  INFO(run.err.substr(0, 4000));
  REQUIRE(run.exit == 0);
  CHECK(project.task("1.1")["summary"] == "The end of a long answer.");
  CHECK(project.task("1.1")["attempts"].size() == 1);
  CHECK(model.requests().size() == 2);
  const Ended raw = project.milepost({"logs", k_plan, "1.1", "--raw"});
  CHECK(raw.out.size() > 4'000'000);
}
