#include "milepost/run/prompt.hpp"

#include "milepost/run/result_block.hpp"

#include "run/run_fixture.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("F32: a prompt holds the task byte-exact, the plan's context, the checks and earlier hand-ons") {
  Plan plan = test::sequential_plan(2);
  plan.goal = "Make it work.";
  plan.meta["design"] = "docs/DESIGN.md";
  plan.tasks[1].body = "## Task 1.2: X\r\n\ttabs, \xff bytes and ```fences```\n";
  RunState run;
  TaskState done;
  done.planned = {TaskId("1.1"), "First", ""};
  done.outcome = Outcome::completed;
  done.attempts.emplace_back().end.summary = "Added a thing.";
  done.attempts.back().end.decisions = {"used a list"};
  done.attempts.back().end.next_task_notes = "mind the gap";
  run.tasks.push_back(done);

  const std::string prompt = task_prompt({plan, plan.tasks[1], run, {{"make test", "--verify"}}, "be brief"});
  for (const char* part : {"Make it work.", "docs/DESIGN.md", "Added a thing.", "used a list", "mind the gap",
                           "make test", "be brief"}) {
    CAPTURE(part);
    CHECK(holds(prompt, part));
  }
  CHECK(holds(prompt, plan.tasks[1].body));
}

TEST_CASE("a fresh prompt tells what a person has settled, but an answer on its way only once") {
  const Plan plan = test::sequential_plan(1);
  RunState run;
  TaskState& task = run.tasks.emplace_back();
  task.planned = {TaskId("1.1"), "First", ""};
  CHECK_FALSE(holds(task_prompt({plan, plan.tasks[0], run, {}, ""}), "a person has settled"));

  task.answered = {{Question{"Which port?", {}, {}}, "8080"}, {Question{"Which colour?", {}, {}}, "green"}};
  const std::string later = task_prompt({plan, plan.tasks[0], run, {}, ""});
  for (const char* part : {"Which port?", "8080", "Which colour?", "green"}) CHECK(holds(later, part));

  task.answer = "green";
  const std::string now = task_prompt({plan, plan.tasks[0], run, {}, ""});
  CHECK(holds(now, "8080"));
  CHECK_FALSE(holds(now, "green"));
}

TEST_CASE("quoting the template back is not a result") {
  std::string problem;
  for (const bool reports_scenario : {false, true})
    CHECK_FALSE(find_result_block(result_block_prompt("", reports_scenario), problem).has_value());
}

TEST_CASE("a failed check is told with command, verdict and output, whatever fences they hold") {
  AttemptState failed;
  failed.end.outcome = Outcome::completed;
  Evidence evidence;
  evidence.command = "make test";
  evidence.verdict = Verdict::failed;
  evidence.detail = "exit 2";
  evidence.output = "```\nnot closed\n";
  failed.evidence = {evidence};
  Task task;
  task.id = TaskId("1.1");
  const std::string prompt = retry_prompt(task, failed);
  CHECK(holds(prompt, "exit 2"));
  CHECK(holds(prompt, "````\n```\nnot closed\n````"));
}
