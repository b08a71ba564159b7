#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"

#include "support/scratch_dir.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace milepost::test {

/// A run with everything that a report tells of, as a reader would meet it: a task that a check sent back, a
/// service's limit that was waited for, a harness that took over, a question, two checkpoints, a second
/// opinion, an override, a scenario that was mended, and a night between two sessions.
struct PicturedRun {
  ScratchDir directory;
  Plan plan;
  RunState state;

  PicturedRun() {
    start();
    count_requests();
    answer_429();
    decide();
    keep_in_redis();
    show_usage();
    look_at_page();
    document();
    scenario();
    record(
        CheckOverridden{"truth:2", "measured on the staging host: 1.3 ms at 2000 requests a second", "mara"});
    record(RunEnded{ExitCode::ok, ""});
  }

  static std::string patch(const TaskState& task) {
    if (task.planned.id != TaskId("7.2"))
      return "--- a/README.md\n+++ b/README.md\n@@ -1 +1,2 @@\n # gate\n+Limits: docs/limits.md\n";
    return "diff --git a/src/limits.py b/src/limits.py\n--- a/src/limits.py\n+++ b/src/limits.py\n@@ -14,6 "
           "+14,9 @@ def check(key):\n"
           "     window = windows.get(key)\n-    if window.count > LIMIT:\n-        return "
           "Response(status=429)\n"
           "+    if window.count >= LIMIT:\n+        seconds = math.ceil(window.end - now())\n"
           "+        return Response(status=429, headers={'Retry-After': str(seconds)})\n     window.count "
           "+= 1\n";
  }

 private:
  using Seconds = std::chrono::seconds;

  void record(RunRecord record) { apply(state, {utc_text(clock_), std::move(record)}); }
  void wait(int seconds) { clock_ += Seconds(seconds); }

  void start() {
    RunStarted start;
    start.run = RunId("20261119-190412-5e3ab1");
    start.plan_path = "/home/mara/gate/docs/M7_limits.yaml";
    start.plan_sha256 = "9d1c0f6a";
    start.plan_id = "M7";
    start.plan_title = "Rate limits for the public API";
    start.code_folder = "/home/mara/gate";
    start.base_commit = "0c3d9a1be2f0aa1b77c2f6f0a6f6b4a5f1d2e3c4";
    start.branch = "limits";
    start.harness = "claude";
    start.engine = "docker";
    start.image = "gate-agent:latest";
    const struct {
      const char *id, *title, *kind;
      std::vector<const char*> after;
    } tasks[] = {{"7.1", "Count requests of a key", "coding", {}},
                 {"7.2", "Answer 429 with Retry-After", "coding", {"7.1"}},
                 {"7.3", "Where do counters live?", "checkpoint:decision", {"7.1"}},
                 {"7.4", "Keep the counters in Redis", "coding", {"7.3"}},
                 {"7.5", "Show owners what they used", "coding", {"7.2"}},
                 {"7.6", "Look at the usage page", "checkpoint:verify", {"7.5"}},
                 {"7.7", "Write down the limits", "coding", {"7.4", "7.6"}},
                 {"e2e", "E2E Test", "scenario", {"7.7"}}};
    for (const auto& each : tasks) {
      start.tasks.push_back({TaskId(each.id), each.title, "h", each.kind});
      Task& task = plan.tasks.emplace_back();
      task.id = TaskId(each.id);
      for (const char* other : each.after) task.depends_on.push_back(TaskId(other));
    }
    record(start);
    record(EgressStarting{
        "allowlist", "net", "proxy", {"api.anthropic.com:443", "api.openai.com:443", "pypi.org:443"}});
    record(EgressStopped{{{"telemetry.example.net:443", 6}}, true});
    record(Warned{"you have uncommitted work (1 file: notes.txt); it stays uncommitted"});
  }

  struct Work {
    const char* id;
    unsigned number = 1;
    AttemptReason reason = AttemptReason::first;
    int seconds = 60;
    double usd = 0;
    const char* harness = "claude";
  };

  AttemptEnded begin(const Work& work) {
    const TaskId id(work.id);
    const std::string log = "attempts/" + id.value + "-" + std::to_string(work.number);
    record(AttemptStarted{id, work.number, work.reason, "7f3c21d8-5b0e-4c7e-9a51-2f6f0c3b9d1e", "snap", log,
                          work.harness});
    write_log(log, work.harness);
    wait(work.seconds);
    AttemptEnded end;
    end.task = id;
    end.attempt = work.number;
    end.outcome = Outcome::completed;
    end.result = "success";
    const auto scale = static_cast<std::uint64_t>(work.seconds);
    end.usage.input_tokens = 900 + scale * 41;
    end.usage.cached_tokens = 21'000 + scale * 2'900;
    end.usage.output_tokens = 400 + scale * 24;
    if (work.usd > 0) end.usage.cost_usd = work.usd;
    end.usage.cost_estimated = std::string(work.harness) != "claude";
    end.usage.turns = static_cast<unsigned>(4 + scale / 20);
    end.duration = Milliseconds(work.seconds * 1000);
    return end;
  }

  static Evidence check(const std::string& command, Verdict verdict, const std::string& output, int seconds,
                        CheckKind kind = CheckKind::command) {
    Evidence check;
    check.kind = kind;
    check.command = command;
    check.source = kind == CheckKind::command ? "config verify[0]" : "the plan's must_haves";
    check.verdict = verdict;
    check.exit_code = verdict == Verdict::failed ? 1 : 0;
    check.detail = kind == CheckKind::command ? "exit " + std::to_string(check.exit_code) : "";
    check.duration = Milliseconds(seconds * 1000);
    check.output = output;
    check.output_bytes = output.size();
    check.output_sha256 = "3b1f0c5d9e7a4482c1d0" + std::string(44, '7');
    return check;
  }

  void verify(const AttemptEnded& end, std::vector<Evidence> checks, const Usage& review = {}) {
    int seconds = 0;
    for (const Evidence& each : checks) seconds += static_cast<int>(each.duration.count() / 1000);
    wait(seconds);
    record(Verified{end.task, end.attempt, std::move(checks), review});
  }

  void finish(const char* id, const char* commit, std::vector<std::string> paths) {
    record(Committed{TaskId(id), commit, std::move(paths), {}});
    record(TaskFinished{TaskId(id), Outcome::completed, ""});
    wait(3);
  }

  void count_requests() {
    record(TaskStarted{TaskId("7.1")});
    AttemptEnded end = begin({"7.1", 1, AttemptReason::first, 214, 0.62});
    end.summary =
        "Every request is counted under its key in a window of one minute; a key that is not known counts "
        "under its address.";
    end.decisions = {
        "A window begins with a key's first request, so a full minute never holds two allowances."};
    record(end);
    verify(end, {check("pytest -q", Verdict::passed, "31 passed in 2.87s\n", 9)});
    finish("7.1", "4f1c2a9d0011223344", {"src/limits.py", "tests/test_limits.py"});
  }

  void answer_429() {
    record(TaskStarted{TaskId("7.2")});
    AttemptEnded end = begin({"7.2", 1, AttemptReason::first, 171, 0.48});
    end.summary = "A key over its limit gets 429.";
    record(end);
    verify(end, {check("pytest -q", Verdict::failed,
                       "tests/test_limits.py:58: in test_the_last_allowed_request\n    assert answer.status "
                       "== 200\nE   assert 429 == 200\n"
                       "tests/test_limits.py:71: KeyError: 'Retry-After'\n2 failed, 34 passed in 3.01s\n",
                       9)});
    end = begin({"7.2", 2, AttemptReason::retry, 96, 0.21});
    end.summary =
        "The last allowed request passes, and a refused one says in Retry-After when the window ends.";
    record(end);
    verify(end, {check("pytest -q", Verdict::passed, "36 passed in 2.98s\n", 9)});
    finish("7.2", "a90b17c4d0011223344", {"src/limits.py", "tests/test_limits.py", "docs/errors.md"});
  }

  void decide() {
    record(TaskStarted{TaskId("7.3")});
    record(TaskFinished{TaskId("7.3"), Outcome::needs_human, "a person is asked",
                        Question{"Where do the counters live?\n\nTwo gates run behind one balancer.",
                                 {"memory: each gate counts for itself", "redis: one counter for all gates"},
                                 "redis"}});
    wait(128);
    record(QuestionAnswered{TaskId("7.3"), "redis: one counter for all gates", "mara", "terminal"});
    record(TaskStarted{TaskId("7.3")});
    record(TaskFinished{TaskId("7.3"), Outcome::completed, "decided: redis"});
  }

  void keep_in_redis() {
    record(TaskStarted{TaskId("7.4")});
    AttemptEnded end = begin({"7.4", 1, AttemptReason::first, 133, 0.41});
    end.outcome = Outcome::limit;
    end.result = "quota";
    end.detail = "You have hit your limit; it resets at 20:10 UTC";
    record(end);
    record(TaskWaiting{end.task, utc_text(clock_ + Seconds(2400)), "quota: the service's limit ends then"});
    wait(2400);
    end = begin({"7.4", 2, AttemptReason::resume, 87, 0.22});
    end.outcome = Outcome::needs_human;
    end.question = Question{
        "May a request pass when Redis is down?", {"pass and log it", "refuse with 503"}, "pass and log it"};
    record(end);
    record(TaskFinished{end.task, Outcome::needs_human, "asks"});
    record(RunEnded{ExitCode::needs_human, "task 7.4 asks"});
    wait(37'400);
    record(RunResumed{"9d1c0f6a", state.started.tasks, {}});
    record(QuestionAnswered{end.task, "pass and log it", "mara", "--answer"});
    record(TaskStarted{end.task});
    end = begin({"7.4", 3, AttemptReason::answer, 64, 0.18});
    end.outcome = Outcome::infra;
    end.result = "overloaded";
    end.detail = "the service is overloaded (529)";
    record(end);
    wait(6);
    end = begin({"7.4", 4, AttemptReason::failover, 246, 0.37, "codex"});
    end.summary =
        "Counters are kept in Redis with an expiry of one window; without Redis a request passes and a "
        "warning is logged.";
    record(end);
    verify(end, {check("pytest -q", Verdict::passed, "44 passed in 4.12s\n", 11)});
    finish("7.4", "c7712e0ad0011223344", {"src/limits.py", "src/store.py", "tests/test_store.py"});
  }

  void show_usage() {
    record(TaskStarted{TaskId("7.5")});
    AttemptEnded end = begin({"7.5", 1, AttemptReason::first, 262, 0.71});
    end.summary = "Owners see what each key used in the last day, and how near it is to its limit.";
    record(end);
    Evidence opinion = check("the work against the task", Verdict::passed, "", 48, CheckKind::review);
    opinion.source = "reviewer claude";
    opinion.detail = "every criterion is met; src/usage_page.py:41 escapes the key's name";
    Usage review;
    review.input_tokens = 5'200;
    review.cached_tokens = 61'000;
    review.output_tokens = 1'150;
    review.cost_usd = 0.14;
    verify(end, {check("pytest -q", Verdict::passed, "49 passed in 4.40s\n", 11), opinion}, review);
    finish("7.5", "e11d04b7d0011223344", {"src/usage_page.py", "tests/test_usage_page.py"});
  }

  void look_at_page() {
    record(TaskStarted{TaskId("7.6")});
    record(
        TaskFinished{TaskId("7.6"), Outcome::completed,
                     "approved without a person (by the setting checkpoints: approve-verify)",
                     Question{"A page with each key's use.\n\nOpen /usage and look at a key near its limit.",
                              {"approved"},
                              ""}});
  }

  void document() {
    record(TaskStarted{TaskId("7.7")});
    AttemptEnded end = begin({"7.7", 1, AttemptReason::first, 92, 0.17});
    end.summary = "docs/limits.md tells the limits, the answer over a limit and how to ask for more.";
    record(end);
    verify(end, {check("pytest -q", Verdict::passed, "49 passed in 4.38s\n", 11),
                 check("docs/limits.md is there and has at least 20 lines", Verdict::passed, "", 0,
                       CheckKind::artifact)});
    finish("7.7", "0b4c7f19d0011223344", {"docs/limits.md", "README.md"});
  }

  void scenario() {
    record(TaskStarted{TaskId("e2e")});
    AttemptEnded end = begin({"e2e", 1, AttemptReason::first, 118, 0.26});
    end.scenario =
        ScenarioResult{ScenarioStatus::failed, "The 101st request of a key passes at the second gate.", true,
                       "Read the limit from the shared store, not from the gate's own file."};
    record(end);
    end = begin({"e2e", 2, AttemptReason::fix, 84, 0.19});
    end.summary = "Both gates read the limit from the shared store.";
    record(end);
    end = begin({"e2e", 3, AttemptReason::again, 71, 0.15});
    end.scenario = ScenarioResult{ScenarioStatus::passed, "", false, ""};
    record(end);
    Evidence truth =
        check("Counting costs a request less than 2 ms", Verdict::manual, "", 0, CheckKind::truth);
    truth.id = "truth:2";
    verify(end, {check("./scenario.sh", Verdict::passed, "100 passed, 20 refused, Retry-After 41\n", 22,
                       CheckKind::e2e),
                 truth});
    finish("e2e", "71d3e2aad0011223344", {"src/limits.py"});
  }

  void write_log(const std::string& log, const std::string& harness) const {
    using Json = nlohmann::ordered_json;
    std::string text;
    const auto line = [&](const Json& json) { text += json.dump() + "\n"; };
    if (harness == "codex") {
      line({{"type", "thread.started"}, {"thread_id", "0199-a"}});
      line({{"type", "item.completed"},
            {"item", {{"id", "1"}, {"type", "agent_message"}, {"text", "I go on with the store."}}}});
    } else {
      const auto said = [&](const Json& content) {
        line({{"type", "assistant"}, {"message", {{"content", Json::array({content})}}}});
      };
      const auto used = [&](const char* id, const char* name, const Json& input, const char* result) {
        said({{"type", "tool_use"}, {"id", id}, {"name", name}, {"input", input}});
        line({{"type", "user"},
              {"message",
               {{"content",
                 Json::array({{{"type", "tool_result"}, {"tool_use_id", id}, {"content", result}}})}}}});
      };
      said({{"type", "text"}, {"text", "I look at how keys are known first."}});
      used("t1", "Read", {{"file_path", "src/limits.py"}}, "windows = {}");
      used("t2", "Edit", {{"file_path", "src/limits.py"}}, "The file was changed.");
      used("t3", "Bash", {{"command", "pytest -q"}}, "36 passed in 2.98s");
      Json end = {{"type", "result"}, {"subtype", "success"}, {"is_error", false}, {"result", "Done."}};
      if (log.ends_with("7.5-1"))
        end["permission_denials"] = Json::array(
            {{{"tool_name", "Bash"}, {"tool_input", {{"command", "curl https://telemetry.example.net"}}}}});
      line(end);
    }
    directory.write("run/" + log + "/stdout.log", text);
    directory.write("run/" + log + "/prompt.md", "# Your task\n\nDo what the plan says and no more.\n");
  }

  WallTime clock_ = parse_utc("2026-11-19T19:04:12.000Z").value();
};

}  // namespace milepost::test
