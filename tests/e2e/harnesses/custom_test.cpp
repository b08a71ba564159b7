#include "../support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace {

constexpr const char* k_plan_name = "M1_test.md";

/// A repository with an agent of its own: a script beside the plan.
class CustomProject : public Project {
 public:
  CustomProject(const std::string& script, const std::string& dialect) : Project("repo"), dialect_(dialect) {
    write("agent.sh", script);
    git({"add", "agent.sh"});
    git({"commit", "-q", "-m", "agent"});
    plan({{"1.1", "First", "true"}, {"1.2", "Second", "true"}});
  }

  Ended custom(const char* command, const Words& more = {}) const {
    Words words = {command,     k_plan_name,
                   "--harness", "custom",
                   "--set",     "custom.command=bash agent.sh {session}",
                   "--set",     "custom.dialect=" + dialect_};
    words.insert(words.end(), more.begin(), more.end());
    return milepost(words);
  }

 private:
  std::string dialect_;
};

constexpr const char* k_block =
    R"(block() { printf '\n```milepost\n{"status":"%s","summary":"%s"}\n```\n' "$1" "$2"; }
)";

}  // namespace

TEST_CASE("a plain command does the tasks of a milestone, and its exit status is believed") {
  const CustomProject project(std::string(k_block) + R"(
grep -q '## Task' || exit 9          # the prompt is on standard input
echo "$MILEPOST_TASK" >> done.txt
echo "working on $MILEPOST_TASK"
[ ! -f fail ] || exit 3
block completed "Did $MILEPOST_TASK."
)",
                              "plain");
  const Ended run = project.custom("run");
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(project.subjects() == Words{"feat(M1): First", "feat(M1): Second"});
  CHECK(project.git({"show", "HEAD:done.txt"}) == "1.1\n1.2");
  CHECK(project.task("1.2")["summary"] == "Did 1.2.");
  CHECK(project.task("1.1")["usage"].value("cost_usd", Json()).is_null());
  const Ended logs = project.milepost({"logs", k_plan_name, "1.1", "--set", "custom.command=x"});
  CHECK(logs.out.find("working on 1.1") != std::string::npos);

  project.write("fail", "");
  const Ended failed = project.custom("run", {"--fresh", "--retries", "0"});
  INFO(failed.err);
  CHECK(failed.exit == 1);
  CHECK(project.task("1.1")["attempts"][0]["detail"] == "it exited with 3");
}

TEST_CASE("a command that speaks milepost's NDJSON asks, is answered in its session, and tells its limits") {
  CustomProject project(R"(
if [ "$1" = resume ]; then grep -q SQLite && echo sqlite > chosen.txt || exit 9
  echo '{"type":"session","id":"'"$2"'"}'
  echo '{"type":"result","status":"success","text":"```milepost\n{\"status\":\"completed\",\"summary\":\"Chose.\"}\n```","usage":{"cost_usd":0.25,"turns":1}}'
elif [ "$MILEPOST_TASK" = 1.2 ]; then
  echo '{"type":"result","status":"error","class":"rate_limited","http_status":429,"text":"come back later"}'
  exit 7
else
  echo '{"type":"session","id":"'"$1"'"}'
  echo '{"type":"tool","id":"1","name":"look","summary":"around"}'
  echo '{"type":"result","status":"success","text":"```milepost\n{\"status\":\"needs_human\",\"question\":\"Which?\",\"options\":[\"PostgreSQL\",\"SQLite\"]}\n```","usage":{"cost_usd":0.5}}'
fi
)",
                        "ndjson-result");
  project.set("MY_AGENT_KEY", "sk-custom-77aa");
  const Words more = {"--set",     "custom.resume_command=bash agent.sh resume {session}",
                      "--set",     "custom.secrets=MY_AGENT_KEY",
                      "--retries", "0"};
  const Ended run = project.custom("run", more);
  INFO(run.err);
  REQUIRE(run.exit == 4);
  CHECK(run.says("→ look around"));
  const Ended resume = project.milepost({"resume", k_plan_name, "--harness", "custom", "--answer", "2"});
  INFO(resume.err);
  CHECK(resume.exit == 5);  // the second task met a limit
  CHECK(project.git({"show", "HEAD:chosen.txt"}) == "sqlite");
  const Json attempts = project.task("1.1")["attempts"];
  REQUIRE(attempts.size() == 2);
  CHECK(attempts[1]["session_id"] == attempts[0]["session_id"]);
  CHECK(attempts[1]["usage"]["cost_usd"] == 0.25);
  CHECK(project.task("1.2")["attempts"][0]["result"] == "rate_limited");
}

TEST_CASE("a command that speaks Claude's stream-json is read like Claude Code") {
  const CustomProject project(R"(
echo "$MILEPOST_TASK" >> done.txt
echo '{"type":"system","subtype":"init","session_id":"s-1","model":"own"}'
echo '{"type":"result","subtype":"success","is_error":false,"result":"```milepost\n{\"status\":\"completed\",\"summary\":\"Did it.\"}\n```","session_id":"s-1","total_cost_usd":0.5}'
[ "$MILEPOST_TASK" = 1.1 ] || exit 3
)",
                              "claude-stream-json");
  const Ended run = project.custom("run", {"--retries", "0"});
  INFO(run.err);
  CHECK(run.exit == 1);  // it says success and exits with 3
  CHECK(project.task("1.1")["outcome"] == "completed");
  CHECK(project.task("1.1")["usage"]["cost_usd"] == 0.5);
  CHECK(project.task("1.2")["attempts"][0]["result"] == "exit_status");
}

TEST_CASE("a custom harness without a command is told before anything starts") {
  const CustomProject project("true\n", "plain");
  const Ended run = project.milepost({"run", k_plan_name, "--harness", "custom"});
  INFO(run.err);
  CHECK(run.exit == 2);
  CHECK(run.says("the harness 'custom' has no command"));
  project.write(".milepost/config.yaml", "custom: {command: evil}\n");
  const Ended refused = project.milepost({"run", k_plan_name, "--harness", "custom"});
  INFO(refused.err);
  CHECK(refused.exit == 2);
  CHECK(refused.says("chooses what runs with your credentials"));
}
