#include "cli/plan_change.hpp"

#include "milepost/base/error.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

PlannedTask planned(const char* id, const char* hash) {
  return {TaskId(id), "Title", hash};
}

RunState run_of(std::vector<PlannedTask> tasks, const std::string& only = "") {
  RunStarted started;
  started.run = RunId("20260101-000000-aaaaaa");
  started.plan_sha256 = "before";
  started.tasks = std::move(tasks);
  started.only = only;
  RunState state;
  apply(state, {"2026-01-01T00:00:00.000Z", started});
  return state;
}

Plan plan_of(const std::vector<PlannedTask>& tasks, const std::string& sha256 = "after") {
  Plan plan;
  plan.path = "M1.md";
  plan.sha256 = sha256;
  for (const PlannedTask& one : tasks) {
    Task task;
    task.id = one.id;
    task.title = one.title;
    task.content_hash = one.content_hash;
    plan.tasks.push_back(task);
  }
  return plan;
}

std::string all(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

TEST_CASE("a plan that was edited outside of its tasks has no differences") {
  CHECK(plan_differences(plan_of({planned("1", "a")}), run_of({planned("1", "a")})).empty());
}

TEST_CASE("F44: edited, new and removed tasks are told one by one") {
  RunState run = run_of({planned("1", "a"), planned("2", "b"), planned("3", "c")});
  apply(run, {"2026-01-01T00:00:01.000Z", TaskFinished{TaskId("1"), Outcome::completed, ""}});
  const std::string told =
      all(plan_differences(plan_of({planned("1", "x"), planned("2", "y"), planned("4", "d")}), run));
  CHECK(told ==
        "task 1 (completed) was edited; it counts as done and does not run again\n"
        "task 2 (pending) was edited\n"
        "task 3 (pending) is no longer in the plan\n"
        "task 4 is new\n");
}

TEST_CASE("other tasks do not matter to the run of a single one") {
  CHECK(plan_differences(plan_of({planned("1", "a"), planned("2", "b")}), run_of({planned("1", "a")}, "1"))
            .empty());
}

TEST_CASE("a plan of one task that got a second one is told") {
  CHECK(all(plan_differences(plan_of({planned("1", "a"), planned("2", "b")}), run_of({planned("1", "a")}))) ==
        "task 2 is new\n");
}
