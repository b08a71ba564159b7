#include "milepost/notify/notification.hpp"

#include "report/sample_run.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace milepost;

namespace {

/// What a run with these records tells, as "kind: text".
std::vector<std::string> told(const std::vector<RunRecord>& records) {
  RunState state;
  std::vector<std::string> lines;
  for (const RunRecord& record : records) {
    const RunEvent event{"2026-01-02T03:04:05.000Z", record};
    apply(state, event);
    for (const Notification& n : notifications_of(event, state))
      lines.push_back(std::string(to_string(n.kind)) + ": " + n.text);
  }
  return lines;
}

std::vector<RunRecord> begun() {
  RunStarted start;
  start.run = RunId("20260102-030405-abcdef");
  start.plan_id = "M4";
  start.code_folder = "/home/u/repo";
  start.tasks = {{TaskId("1"), "One", "h"}, {TaskId("2"), "Two", "h"}};
  return {start};
}

}  // namespace

TEST_CASE("a run tells its start, its tasks, its questions and its end") {
  const auto lines = told(test::sample_run());
  REQUIRE(lines.size() >= 4);
  CHECK(lines.front() == "start: the run has started");
  CHECK(std::find(lines.begin(), lines.end(), "task_done: task 4.1 (Read the gauge) is done") != lines.end());
  CHECK(std::find(lines.begin(), lines.end(),
                  "question: task 4.2 (Open the valve) asks: Which thread does the valve have?") !=
        lines.end());
  CHECK(lines.back().starts_with("end: the run has ended: "));
}

TEST_CASE("a question is told once, whether or not its task ends with it") {
  auto records = begun();
  records.push_back(TaskStarted{TaskId("1")});
  records.push_back(
      AttemptStarted{.task = TaskId("1"), .session_id = "", .snapshot = "", .log_directory = ""});
  AttemptEnded ended;
  ended.task = TaskId("1");
  ended.outcome = Outcome::needs_human;
  ended.question = Question{"Which?", {}, ""};
  records.push_back(ended);
  records.push_back(TaskFinished{TaskId("1"), Outcome::needs_human, "a question is open"});
  CHECK(told(records) ==
        std::vector<std::string>{"start: the run has started", "question: task 1 (One) asks: Which?"});
}

TEST_CASE("every outcome of a task is told as what it means for a person") {
  struct Row {
    Outcome outcome;
    std::string line;
  };
  for (const Row& row :
       {Row{Outcome::completed, "task_done: task 1 (One) is done"},
        Row{Outcome::failed, "task_failed: task 1 (One) has failed: why"},
        Row{Outcome::infra, "task_failed: task 1 (One) has failed: why"},
        Row{Outcome::limit, "limit: task 1 (One) reached a limit: why"},
        Row{Outcome::needs_human, "question: task 1 (One) needs you: why"}, Row{Outcome::skipped, ""}}) {
    CAPTURE(to_string(row.outcome));
    auto records = begun();
    records.push_back(TaskFinished{TaskId("1"), row.outcome, "why"});
    const auto lines = told(records);
    REQUIRE(lines.size() == (row.line.empty() ? 1 : 2));
    if (!row.line.empty()) CHECK(lines[1] == row.line);
  }
}

TEST_CASE("a limit of the whole run is told as a limit and as the end, one of a task not twice") {
  auto records = begun();
  records.push_back(RunEnded{ExitCode::limit, "the budget is spent"});
  CHECK(told(records) == std::vector<std::string>{"start: the run has started",
                                                  "limit: the run has ended: limit: the budget is spent",
                                                  "end: the run has ended: limit: the budget is spent"});
  records = begun();
  records.push_back(TaskFinished{TaskId("1"), Outcome::limit, "no turns left"});
  records.push_back(RunEnded{ExitCode::limit, ""});
  CHECK(told(records).size() == 3);
}
