#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"

#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <cstddef>
#include <cstdio>
#include <string>

namespace milepost::test {

/// A run with many tasks in branches of eight, of which some were tried twice, the last ones did not
/// complete, and a recorded output for every attempt.
struct LargeRun {
  ScratchDir directory;
  Plan plan;
  RunState state;

  LargeRun(std::size_t tasks, std::size_t events_a_task) {
    RunStarted start = std::get<RunStarted>(sample_run().front());
    start.harness = "claude";
    start.model = "a-model";
    start.tasks.clear();
    for (std::size_t i = 0; i < tasks; ++i) {
      Task& task = plan.tasks.emplace_back();
      task.id = id_of(i);
      if (i > 0) task.depends_on = {id_of(i % 8 == 0 && i >= 8 ? i - 8 : i - 1)};
      start.tasks.push_back({task.id, titles()[i % titles().size()], "h"});
    }
    record(start);
    for (std::size_t i = 0; i < tasks; ++i) add(i, i + 3 < tasks, events_a_task);
    record(Warned{"you have uncommitted work (1 file: notes.txt); it stays uncommitted"});
    record(RunEnded{ExitCode::failed, "task " + id_of(tasks - 3).value + " did not complete"});
  }

 private:
  static TaskId id_of(std::size_t i) {
    return TaskId(std::to_string(1 + i / 8) + "." + std::to_string(1 + i % 8));
  }

  static const std::vector<std::string>& titles() {
    static const std::vector<std::string> all = {
        "Read the gauge twice a second", "Open the valve in steps",     "Stop the pump when the tank is full",
        "Write readings to a log",       "Show the pressure on a page", "Warn before the filter is worn"};
    return all;
  }

  void record(RunRecord record) {
    char time[40];
    std::snprintf(time, sizeof time, "2026-01-02T%02zu:%02zu:%02zu.000Z", 3 + clock_ / 3600, clock_ / 60 % 60,
                  clock_ % 60);
    apply(state, {time, std::move(record)});
  }

  void add(std::size_t i, bool completes, std::size_t events) {
    const TaskId id = id_of(i);
    if (i + 1 == plan.tasks.size()) {
      record(TaskFinished{id, Outcome::skipped, "an earlier task did not complete"});
      return;
    }
    record(TaskStarted{id});
    const unsigned attempts = i % 5 == 2 ? 2 : 1;
    for (unsigned number = 1; number <= attempts; ++number) {
      const std::string log = "attempts/" + id.value + "-" + std::to_string(number);
      record(AttemptStarted{id, number, number == 1 ? AttemptReason::first : AttemptReason::retry, "s",
                            "snap", log});
      write_log(log, events / attempts);
      clock_ += 20 + i * 7 % 40;
      AttemptEnded end;
      end.task = id;
      end.attempt = number;
      end.outcome = completes || i + 3 == plan.tasks.size() ? Outcome::completed : Outcome::needs_human;
      end.result = "success";
      end.summary =
          "The readings are kept with their time, and a test shows what happens when the tank is full.";
      end.decisions = {"Readings are kept in bar, as the gauge gives them."};
      if (end.outcome == Outcome::needs_human)
        end.question = Question{"Which thread does the valve have?", {"metric", "imperial"}, "metric"};
      end.usage = {12000 + i * 37, 90000 + i * 911, 2100 + i * 13,
                   0.11 + 0.01 * static_cast<double>(i * 7 % 23), 9};
      end.duration = Milliseconds((20 + i * 7 % 40) * 1000);
      record(end);
      Evidence check = std::get<Verified>(sample_run()[8]).evidence[0];
      check.command = "make test";
      check.output = "24 tests, 24 passed\n";
      check.output_bytes = check.output.size();
      check.output_sha256 = std::string(64, 'a');
      if (number < attempts || (!completes && end.outcome == Outcome::completed)) {
        check.verdict = Verdict::failed;
        check.detail = "exit 2";
        check.output = "tests/test_valve.py:12: AssertionError: it stayed open\n";
      }
      clock_ += 4;
      if (end.outcome == Outcome::completed) record(Verified{id, number, {check}});
      clock_ += 2;
    }
    if (completes) record(Committed{id, "4f1c2a9d0011223344", {"src/gauge.c", "tests/test_gauge.c"}, {}});
    record(TaskFinished{id,
                        completes                    ? Outcome::completed
                        : i + 3 == plan.tasks.size() ? Outcome::failed
                                                     : Outcome::needs_human,
                        completes ? "" : "the check `make test` failed"});
  }

  /// In Claude Code's stream format.
  void write_log(const std::string& log, std::size_t events) const {
    std::string text;
    for (std::size_t n = 0; n + 3 < events; n += 3) {
      const std::string id = std::to_string(n);
      text += R"({"type":"assistant","message":{"content":[{"type":"text","text":"Now I look at step )" + id +
              R"( of the pump."}]}})"
              "\n"
              R"({"type":"assistant","message":{"content":[{"type":"tool_use","id":"t)" +
              id + R"(","name":"Edit","input":{"file_path":"src/gauge_)" + id +
              R"(.c"}}]}})"
              "\n"
              R"({"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t)" +
              id +
              R"(","content":"The file was changed, 12 lines."}]}})"
              "\n";
    }
    directory.write("run/" + log + "/stdout.log", text);
    directory.write("run/" + log + "/prompt.md", "# Your task\n\nDo what the plan says and no more.\n");
  }

  std::size_t clock_ = 0;
};

}  // namespace milepost::test
