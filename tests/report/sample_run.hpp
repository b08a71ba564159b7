#pragma once

#include "milepost/report/observer.hpp"
#include "milepost/state/run_state.hpp"

#include <string>
#include <vector>

namespace milepost::test {

/// The records of a run with three tasks: one completed at the second attempt, one that asks, one that was
/// skipped.
inline std::vector<RunRecord> sample_run() {
  RunStarted start;
  start.run = RunId("20260102-030405-abcdef");
  start.plan_path = "/home/u/repo/docs/M4 pump.md";
  start.plan_sha256 = "aa11";
  start.plan_id = "M4";
  start.plan_title = "A pump that stops";
  start.code_folder = "/home/u/repo";
  start.base_commit = "0123456789abcdef0123456789abcdef01234567";
  start.branch = "main";
  start.harness = "claude";
  start.engine = "docker";
  start.image = "milepost-agent:1";
  const TaskId first("4.1"), second("4.2"), third("4.3");
  start.tasks = {
      {first, "Read the gauge", "h1"}, {second, "Open the valve", "h2"}, {third, "Close it", "h3"}};

  Evidence failed;
  failed.command = "make test";
  failed.source = "--verify";
  failed.verdict = Verdict::failed;
  failed.detail = "exit 2";
  failed.exit_code = 2;
  failed.duration = Milliseconds(3210);
  failed.output = "gauge_test: \x1b[31mFAILED\x1b[0m\n";
  Evidence passed = failed;
  passed.verdict = Verdict::passed;
  passed.detail = "exit 0";
  passed.exit_code = 0;
  passed.output = "ok\n";

  AttemptEnded tried;
  tried.task = first;
  tried.outcome = Outcome::completed;
  tried.result = "success";
  tried.summary = "A first go.";
  tried.usage.cost_usd = 0.25;
  tried.usage.turns = 7;
  tried.duration = Milliseconds(61'000);
  AttemptEnded done = tried;
  done.attempt = 2;
  done.summary = "The gauge is read twice\na second.";
  done.decisions = {"Readings are kept in `bar`", "No <!-- milepost: end --> of it"};
  done.next_task_notes = "## Mind the spring\n- it is strong\n```c\n#include <spring.h>\n";
  AttemptEnded asks;
  asks.task = second;
  asks.outcome = Outcome::needs_human;
  asks.question = Question{"Which thread does\nthe valve have?", {"metric", "imperial"}, "metric"};
  asks.duration = Milliseconds(900);

  return {start,
          ContainerStarting{"milepost-abc"},
          TaskStarted{first},
          AttemptStarted{first, 1, AttemptReason::first, "s1", "snap", "attempts/4.1-1"},
          tried,
          Verified{first, 1, {failed}},
          AttemptStarted{first, 2, AttemptReason::retry, "s1", "snap", "attempts/4.1-2"},
          done,
          Verified{first, 2, {passed}},
          Committed{first, "4f1c2a9d00112233", {"src/gauge.c", "src/odd`name.c"}, {"notes.txt"}},
          TaskFinished{first, Outcome::completed, "done"},
          TaskStarted{second},
          AttemptStarted{second, 1, AttemptReason::first, "s2", "snap2", "attempts/4.2-1"},
          asks,
          TaskFinished{second, Outcome::needs_human, "asks"},
          TaskFinished{third, Outcome::skipped, "task 4.2 did not complete"},
          Warned{"disk is nearly full"},
          ContainerStopped{"milepost-abc", true},
          RunEnded{ExitCode::needs_human, "task 4.2 asks"}};
}

/// Applies the records one after the other and shows each to the observer.
inline RunState play(const std::vector<RunRecord>& records, RunObserver* observer = nullptr) {
  RunState state;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RunEvent event{"2026-01-02T03:04:" + std::to_string(10 + i) + ".000Z", records[i]};
    apply(state, event);
    if (observer) observer->on_run_event(event, state);
  }
  return state;
}

}  // namespace milepost::test
