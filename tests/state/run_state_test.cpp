#include "milepost/state/run_state.hpp"

#include "state/sample_events.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

const TaskId k_task("1.1");

/// The fold of records at the times "t1", "t2" and so on.
RunState fold(const std::vector<RunRecord>& records) {
  RunState state;
  unsigned time = 0;
  for (const RunRecord& record : records) apply(state, {"t" + std::to_string(++time), record});
  return state;
}

void go_on(RunState& state, const std::vector<RunRecord>& records) {
  for (const RunRecord& record : records) apply(state, {"later", record});
}

AttemptEnded end_of(unsigned attempt, Outcome outcome) {
  AttemptEnded end;
  end.task = k_task;
  end.attempt = attempt;
  end.outcome = outcome;
  return end;
}

AttemptEnded question_of(unsigned attempt) {
  AttemptEnded end = end_of(attempt, Outcome::needs_human);
  end.question = Question{"Left or right?", {"left", "right"}, "left"};
  return end;
}

AttemptStarted start_of(unsigned attempt, AttemptReason reason = AttemptReason::first) {
  return {k_task, attempt, reason, "session", "snap", "attempts/1.1"};
}

/// Records up to an open question about task 1.1.
std::vector<RunRecord> asked() {
  return {test::sample_start(), TaskStarted{k_task}, start_of(1), question_of(1),
          TaskFinished{k_task, Outcome::needs_human, "asks"}};
}

RunResumed same_plan() {
  return {"aa11", test::sample_start().tasks, {}};
}

std::vector<std::string> ids(const std::vector<TaskState>& tasks) {
  std::vector<std::string> list;
  for (const TaskState& task : tasks) list.push_back(task.planned.id.value);
  return list;
}

}  // namespace

TEST_CASE("a started run has its tasks pending in plan order") {
  const RunState state = fold({test::sample_start()});
  CHECK(ids(state.tasks) == std::vector<std::string>{"1.1", "1.2", "1.3"});
  CHECK(state.count(Outcome::pending) == 3);
  CHECK(state.sessions == 1);
  CHECK(state.started_at == "t1");
}

TEST_CASE("a task goes from start to commit") {
  RunState state = fold({test::sample_start(), TaskStarted{k_task}, start_of(1)});
  CHECK(state.find(k_task)->outcome == Outcome::running);
  CHECK(state.find(k_task)->started_at == "t2");
  AttemptEnded end = end_of(1, Outcome::completed);
  end.summary = "done";
  go_on(state, {SessionKnown{k_task, 1, "real-session"}, end, Verified{k_task, 1, test::sample_evidence()},
                Committed{k_task, "c0ffee", {"a"}, {"b"}}, TaskFinished{k_task, Outcome::completed, "done"}});
  const TaskState& task = *state.find(k_task);
  CHECK(task.outcome == Outcome::completed);
  REQUIRE(task.attempts.size() == 1);
  CHECK(task.attempts[0].session_id == "real-session");
  CHECK(task.attempts[0].snapshot == "snap");
  CHECK(task.attempts[0].evidence.size() == 2);
  CHECK(task.summary() == "done");
  CHECK(task.committed);
  CHECK(task.commit == "c0ffee");
  CHECK(task.finished_at == "later");
  CHECK(state.updated_at == "later");
}

TEST_CASE("what an attempt used before a stop cut it off counts, and it has not ended") {
  RunState state = fold({test::sample_start(), TaskStarted{k_task}, start_of(1)});
  go_on(state, {AttemptStopped{k_task, 1, {10, 5, 7, 0.25, 2}, Milliseconds(3'000)},
                RunEnded{ExitCode::interrupt, "stopped"}});
  const TaskState& task = *state.find(k_task);
  CHECK(task.outcome == Outcome::running);
  CHECK_FALSE(task.attempts.back().ended);
  CHECK(state.usage().output_tokens == 7u);
  CHECK(state.usage().cost_usd == 0.25);
  CHECK(state.time_spent() == Milliseconds(3'000));
}

TEST_CASE("a retry is a second attempt with the commit step open again") {
  const RunState state =
      fold({test::sample_start(), TaskStarted{k_task}, start_of(1), end_of(1, Outcome::completed),
            Verified{k_task, 1, {}}, Committed{k_task, "", {}, {}}, start_of(2, AttemptReason::retry)});
  const TaskState& task = *state.find(k_task);
  CHECK(task.attempts.size() == 2);
  CHECK(task.attempts[0].verified);
  CHECK_FALSE(task.attempts[1].verified);
  CHECK_FALSE(task.committed);
  CHECK(task.attempts_before_start == 0);
}

TEST_CASE("starting a task again leaves its earlier attempts out of the count") {
  const RunState state =
      fold({test::sample_start(), TaskStarted{k_task}, start_of(1), end_of(1, Outcome::failed),
            TaskFinished{k_task, Outcome::failed, "no"}, same_plan(), TaskStarted{k_task}});
  CHECK(state.find(k_task)->attempts_before_start == 1);
  CHECK(state.find(k_task)->detail.empty());
  CHECK(state.find(k_task)->started_at == "t2");
  CHECK(state.find(k_task)->finished_at.empty());
}

TEST_CASE("a commit step that found nothing keeps the commit that is known") {
  const RunState state = fold({test::sample_start(), TaskStarted{k_task}, Committed{k_task, "c1", {"a"}, {}},
                               start_of(1), Committed{k_task, "", {}, {}}});
  CHECK(state.find(k_task)->committed);
  CHECK(state.find(k_task)->commit == "c1");
}

TEST_CASE("a checkpoint that a setting passed is answered, without a person") {
  const RunState state = fold({test::sample_start(), TaskStarted{k_task},
                               TaskFinished{k_task, Outcome::completed, "approved without a person",
                                            Question{"Is it good?", {}, ""}}});
  CHECK_FALSE(state.find(k_task)->question);
  CHECK(state.find(k_task)->answer.empty());
  REQUIRE(state.find(k_task)->answered.size() == 1);
  CHECK(state.find(k_task)->answered[0].question.text == "Is it good?");
  CHECK(state.find(k_task)->answered[0].answer == "approved without a person");
  CHECK(state.find(k_task)->answered[0].how == "setting");
}

TEST_CASE("what a task waited for is remembered when it goes on") {
  const RunState state =
      fold({test::sample_start(), TaskStarted{k_task}, start_of(1), end_of(1, Outcome::limit),
            TaskWaiting{k_task, "2026-01-02T05:00:00.000Z", "quota"}, start_of(2)});
  CHECK_FALSE(state.find(k_task)->waiting);
  REQUIRE(state.find(k_task)->waits.size() == 1);
  CHECK(state.find(k_task)->waits[0].until == "2026-01-02T05:00:00.000Z");
  CHECK(state.find(k_task)->waits[0].detail == "quota");
  CHECK_FALSE(state.find(k_task)->waits[0].from.empty());
}

TEST_CASE("a question is open until an attempt with its answer has ended") {
  RunState state = fold(asked());
  CHECK(state.find(k_task)->outcome == Outcome::needs_human);
  CHECK(state.find(k_task)->question->text == "Left or right?");
  go_on(state, {same_plan(), QuestionAnswered{k_task, "left"}, TaskStarted{k_task}});
  CHECK(state.find(k_task)->question);
  CHECK(state.find(k_task)->answer == "left");

  SUBCASE("a crash in the attempt loses neither question nor answer") {
    go_on(state, {start_of(2, AttemptReason::answer), same_plan()});
    CHECK(state.find(k_task)->question);
    CHECK(state.find(k_task)->answer == "left");
    CHECK(state.find(k_task)->outcome == Outcome::running);
  }
  SUBCASE("a dead engine or a limit keeps them for the next attempt") {
    go_on(state, {start_of(2, AttemptReason::answer), end_of(2, Outcome::infra),
                  TaskFinished{k_task, Outcome::infra, "engine"}});
    CHECK(state.find(k_task)->question);
    CHECK(state.find(k_task)->answer == "left");
  }
  SUBCASE("an attempt that worked used them up") {
    go_on(state, {start_of(2, AttemptReason::answer), end_of(2, Outcome::completed)});
    CHECK_FALSE(state.find(k_task)->question);
    CHECK(state.find(k_task)->answer.empty());
    REQUIRE(state.find(k_task)->answered.size() == 1);
    CHECK(state.find(k_task)->answered[0].question.text == "Left or right?");
    CHECK(state.find(k_task)->answered[0].answer == "left");
  }
  SUBCASE("who gave it and how stays with it") {
    go_on(state, {QuestionAnswered{k_task, "right", "ada", "--answer"}});
    REQUIRE(state.find(k_task)->answered.size() == 1);
    const AnsweredQuestion& settled = state.find(k_task)->answered[0];
    CHECK(settled.by == "ada");
    CHECK(settled.how == "--answer");
    CHECK(settled.at == state.updated_at);
  }
  SUBCASE("a second answer before any attempt replaces the first") {
    go_on(state, {QuestionAnswered{k_task, "right"}});
    CHECK(state.find(k_task)->answer == "right");
    REQUIRE(state.find(k_task)->answered.size() == 1);
    CHECK(state.find(k_task)->answered[0].answer == "right");
  }
  SUBCASE("another question replaces the first") {
    AttemptEnded again = question_of(2);
    again.question->text = "How far?";
    go_on(state, {start_of(2, AttemptReason::answer), again});
    CHECK(state.find(k_task)->question->text == "How far?");
    CHECK(state.find(k_task)->answer.empty());
    go_on(state, {TaskFinished{k_task, Outcome::needs_human, "asks"}, QuestionAnswered{k_task, "far"}});
    REQUIRE(state.find(k_task)->answered.size() == 2);
    CHECK(state.find(k_task)->answered[1].question.text == "How far?");
    CHECK(state.find(k_task)->answered[1].answer == "far");
  }
}

TEST_CASE("a question is not lost when the run dies before the task is finished with it") {
  const RunState state =
      fold({test::sample_start(), TaskStarted{k_task}, start_of(1), question_of(1), same_plan()});
  CHECK(state.find(k_task)->question->text == "Left or right?");
}

TEST_CASE("a task that needs a person without a question of the agent asks its own detail") {
  const RunState state = fold(
      {test::sample_start(), TaskStarted{k_task}, TaskFinished{k_task, Outcome::needs_human, "look at it"}});
  CHECK(state.find(k_task)->question->text == "look at it");
}

TEST_CASE("a resume leaves a running task where its journal left it") {
  const RunState state =
      fold({test::sample_start(), TaskStarted{k_task}, start_of(1), end_of(1, Outcome::completed),
            RunEnded{ExitCode::interrupt, "stopped"}, same_plan()});
  CHECK(state.find(k_task)->outcome == Outcome::running);
  CHECK(state.find(k_task)->attempts.back().ended);
  CHECK_FALSE(state.ended);
  CHECK(state.sessions == 2);
  CHECK(state.warnings.empty());
}

TEST_CASE("a resume lets skipped tasks be tried again and keeps the other outcomes") {
  const RunState state = fold({test::sample_start(), TaskFinished{TaskId("1.1"), Outcome::failed, "no"},
                               TaskFinished{TaskId("1.2"), Outcome::skipped, "1.1 failed"}, same_plan()});
  CHECK(state.find(TaskId("1.1"))->outcome == Outcome::failed);
  CHECK(state.find(TaskId("1.2"))->outcome == Outcome::pending);
}

TEST_CASE("F44: an edited plan is followed task by task") {
  RunState state = fold(asked());
  go_on(state, {TaskFinished{TaskId("1.2"), Outcome::completed, ""}, TaskStarted{TaskId("1.3")},
                AttemptStarted{TaskId("1.3"), 1, AttemptReason::first, "s", "", ""}});
  AttemptEnded paid = end_of(1, Outcome::failed);
  paid.task = TaskId("1.3");
  paid.usage.cost_usd = 2.5;
  go_on(state, {paid, TaskFinished{TaskId("1.3"), Outcome::failed, "no"}});

  SUBCASE("an edited finished task keeps its result, and that is said") {
    auto tasks = test::sample_start().tasks;
    tasks[1].content_hash = "new";
    go_on(state, {RunResumed{"bb", tasks, {}}});
    CHECK(state.find(TaskId("1.2"))->outcome == Outcome::completed);
    CHECK_FALSE(state.find(TaskId("1.2"))->changed);
    CHECK(state.warnings ==
          std::vector<std::string>{
              "task 1.2 was edited in the plan after it was completed; its result is kept"});
    go_on(state, {RunResumed{"bb", tasks, {}}});
    CHECK(state.warnings.size() == 1);
    CHECK(state.started.plan_sha256 == "bb");
  }
  SUBCASE("an edited task with an open question starts again with the new text") {
    auto tasks = test::sample_start().tasks;
    tasks[0].content_hash = "new";
    go_on(state, {RunResumed{"bb", tasks, {}}});
    const TaskState& task = *state.find(k_task);
    CHECK(task.outcome == Outcome::pending);
    CHECK(task.changed);
    CHECK_FALSE(task.question);
    CHECK(task.attempts.size() == 1);
    CHECK(state.warnings.front().find("its open question was: Left or right?") != std::string::npos);
    go_on(state, {TaskStarted{k_task}, start_of(2)});
    CHECK_FALSE(state.find(k_task)->changed);
  }
  SUBCASE("new tasks are pending, in the place the plan gives them") {
    auto tasks = test::sample_start().tasks;
    tasks.insert(tasks.begin(), {TaskId("1.0"), "Before", "h0"});
    go_on(state, {RunResumed{"bb", tasks, {}}});
    CHECK(ids(state.tasks) == std::vector<std::string>{"1.0", "1.1", "1.2", "1.3"});
    CHECK(state.tasks[0].outcome == Outcome::pending);
    CHECK(state.warnings.empty());
  }
  SUBCASE("a removed task keeps its cost and comes back with its history") {
    auto tasks = test::sample_start().tasks;
    tasks.pop_back();
    go_on(state, {RunResumed{"bb", tasks, {}}});
    CHECK(ids(state.tasks) == std::vector<std::string>{"1.1", "1.2"});
    CHECK(ids(state.removed) == std::vector<std::string>{"1.3"});
    CHECK(state.usage().cost_usd == 2.5);
    CHECK(state.warnings.size() == 1);
    go_on(state, {same_plan()});
    CHECK(state.removed.empty());
    CHECK(state.find(TaskId("1.3"))->attempts.size() == 1);
  }
  SUBCASE("a removed task that never began is forgotten") {
    RunState fresh = fold({test::sample_start()});
    auto tasks = test::sample_start().tasks;
    tasks.erase(tasks.begin());
    go_on(fresh, {RunResumed{"bb", tasks, {}}});
    CHECK(ids(fresh.tasks) == std::vector<std::string>{"1.2", "1.3"});
    CHECK(fresh.removed.empty());
    CHECK(fresh.warnings.empty());
  }
}

TEST_CASE("a container is remembered until it is known to be gone") {
  RunState state = fold({test::sample_start(), ContainerStarting{"box"}});
  CHECK(state.container == "box");
  go_on(state, {ContainerStopped{"box", false}});
  CHECK(state.container == "box");
  go_on(state, {ContainerStarting{"box-2"}, ContainerStopped{"box", true}});
  CHECK(state.container == "box-2");
  go_on(state, {ContainerStopped{"box-2", true}});
  CHECK_FALSE(state.container);
}

TEST_CASE("usage is summed where it is known and unknown where nobody said it") {
  AttemptEnded first = end_of(1, Outcome::failed), second = end_of(2, Outcome::completed);
  first.usage.cost_usd = 0.5;
  first.usage.input_tokens = 0;
  first.duration = Milliseconds(1000);
  second.usage.turns = 4;
  second.duration = Milliseconds(500);
  const RunState state =
      fold({test::sample_start(), start_of(1), first, Verified{k_task, 1, test::sample_evidence()}, second});
  CHECK(state.usage().cost_usd == 0.5);
  CHECK(state.usage().turns == 4u);
  CHECK(state.usage().input_tokens == 0u);
  CHECK_FALSE(state.usage().output_tokens);
  CHECK(state.time_spent() == Milliseconds(1000 + 500 + 3210));
}

TEST_CASE("records about unknown tasks change nothing but the time") {
  RunState state = fold({test::sample_start()});
  const TaskId nobody("9.9");
  AttemptEnded end = end_of(1, Outcome::failed);
  end.task = nobody;
  go_on(state, {TaskStarted{nobody}, AttemptStarted{nobody, 1, AttemptReason::first, "", "", ""},
                SessionKnown{nobody, 1, "s"}, end, Verified{nobody, 1, {}}, Committed{nobody, "c", {}, {}},
                QuestionAnswered{nobody, "a"}, TaskFinished{nobody, Outcome::failed, ""}});
  CHECK(state.tasks.size() == 3);
  CHECK(state.count(Outcome::pending) == 3);
  CHECK_FALSE(state.find(nobody));
}

TEST_CASE("a second start in one journal changes nothing") {
  RunStarted other = test::sample_start();
  other.run = RunId("other");
  other.tasks.clear();
  const RunState state = fold({test::sample_start(), other});
  CHECK(state.started.run == test::sample_start().run);
  CHECK(state.tasks.size() == 3);
  CHECK(state.sessions == 1);
}

TEST_CASE("a run keeps the overrides of its checks, the last one of each, and stays as it was") {
  RunState state = fold({test::sample_start(), RunEnded{ExitCode::failed, "a check failed"}});
  go_on(state, {CheckOverridden{"artifact:a", "first", "ada"}, CheckOverridden{"truth:b", "seen", "bob"},
                CheckOverridden{"artifact:a", "second", "ada"}});
  REQUIRE(state.overrides.size() == 2);
  CHECK(state.overrides[0].check == "truth:b");
  CHECK(state.overrides[1].reason == "second");
  CHECK(state.overrides[1].by == "ada");
  CHECK(state.overrides[1].at == "later");
  CHECK(state.ended->exit_code == ExitCode::failed);
}

TEST_CASE("F36: times that run backwards change nothing but the times") {
  RunState forward, backward;
  AttemptEnded end = end_of(1, Outcome::completed);
  end.duration = Milliseconds(1200);
  const std::vector<RunRecord> records = {test::sample_start(), TaskStarted{k_task}, start_of(1), end,
                                          TaskFinished{k_task, Outcome::completed, ""}};
  for (std::size_t i = 0; i < records.size(); ++i) {
    apply(forward, {"2026-01-0" + std::to_string(1 + i), records[i]});
    apply(backward, {"2038-01-0" + std::to_string(9 - i), records[i]});
  }
  CHECK(backward.time_spent() == Milliseconds(1200));
  CHECK(backward.time_spent() == forward.time_spent());
  CHECK(backward.find(k_task)->outcome == forward.find(k_task)->outcome);
  CHECK(backward.find(k_task)->attempts.size() == 1);
}
