#pragma once

#include "milepost/state/run_event.hpp"

#include <string>
#include <vector>

namespace milepost::test {

/// A run's start with three tasks named 1.1, 1.2 and 1.3.
inline RunStarted sample_start() {
  RunStarted start;
  start.run = RunId("20260102-030405-abcdef");
  start.plan_path = "/home/u/repo/docs/M1_pump.md";
  start.plan_sha256 = "aa11";
  start.plan_id = "M1";
  start.plan_title = "Pump";
  start.code_folder = "/home/u/repo";
  start.base_commit = "0123456789abcdef";
  start.branch = "main";
  start.harness = "script";
  start.model = "m";
  start.image = "img:1";
  start.engine = "docker";
  start.volume = "vol";
  start.remotes = {{"origin", "https://forge.example/o/r.git"}};
  start.pull_request = true;
  start.trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  start.tasks = {{TaskId("1.1"), "Read the gauge", "h1"},
                 {TaskId("1.2"), "Open the valve", "h2"},
                 {TaskId("1.3"), "Close the valve", "h3", "checkpoint:verify"}};
  return start;
}

/// A failed and a passed check.
inline std::vector<Evidence> sample_evidence() {
  Evidence failed;
  failed.command = "make \"test\" && echo 'x'";
  failed.source = "--verify";
  failed.verdict = Verdict::failed;
  failed.detail = "exit 2";
  failed.exit_code = 2;
  failed.duration = Milliseconds(3210);
  failed.output = "line\n\ttab \x1b[31mred\x1b[0m é\n";
  failed.output_sha256 = "beef";
  failed.output_bytes = 1ull << 40;
  Evidence lost;
  lost.verdict = Verdict::infra_error;
  lost.exit_code = -1;
  lost.id = "artifact:src/a.c";
  lost.kind = CheckKind::artifact;
  return {failed, lost};
}

inline AttemptEnded sample_end() {
  AttemptEnded end;
  end.task = TaskId("1.1");
  end.attempt = 2;
  end.outcome = Outcome::needs_human;
  end.result = "success";
  end.detail = "asks";
  end.summary = "half of it";
  end.decisions = {"brass", "no gasket"};
  end.next_task_notes = "- mind the spring";
  end.notes.gotchas = {"it sticks"};
  end.notes.file_notes = {{"src/a.c", "reads twice"}};
  end.notes.subsystem = "valves";
  end.question = Question{"Which thread?", {"metric", "imperial"}, "metric"};
  end.usage = {10, 0, 7, 0.1 + 0.2, 3};
  end.duration = Milliseconds(61'000);
  return end;
}

/// One record of every kind, each field set.
inline std::vector<RunEvent> sample_events() {
  const TaskId task("1.1");
  const std::vector<RunRecord> records = {
      sample_start(),
      RunResumed{"bb22", {{task, "Read the gauge", "h1"}}, {"a note"}},
      ContainerStarting{"milepost-abc"},
      ContainerStopped{"milepost-abc", false},
      TaskStarted{task},
      AttemptStarted{task, 2, AttemptReason::retry, "session-1", "cafe", "attempts/1.1-2"},
      SessionKnown{task, 2, "session-2"},
      sample_end(),
      Verified{task, 2, sample_evidence()},
      Committed{task, "deadbeef", {"src/a.c", "ö.txt"}, {"mine.txt"}},
      TaskFinished{task, Outcome::limit, "out of turns"},
      QuestionAnswered{task, "metric\nplease", "ada", "terminal"},
      Warned{"careful"},
      RunEnded{ExitCode::interrupt, "stopped"},
      CheckOverridden{"artifact:src/a.c", "it moved", "ada"},
      EgressStarting{"allowlist", "milepost-abc-net", "milepost-abc-egress", {"a.example:443"}},
      EgressStopped{{{"b.example:443", 3}}, false},
      TaskWaiting{TaskId("1.1"), "2026-01-02T05:00:00.000Z", "come back later"},
      CheckStarted{task, 2, "make test", 2, 3},
      ReviewStarted{task, 2, "codex", "attempts/1.1-2-review"},
      AttemptStopped{task, 2, {10, 0, 7, 0.25, 3}, Milliseconds(61'000)}};
  std::vector<RunEvent> events;
  for (std::size_t i = 0; i < records.size(); ++i)
    events.push_back({"2026-01-02T03:04:" + std::to_string(10 + i) + ".000Z", records[i]});
  return events;
}

}  // namespace milepost::test
