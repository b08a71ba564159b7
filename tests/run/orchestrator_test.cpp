#include "milepost/run/orchestrator.hpp"

#include "milepost/base/error.hpp"

#include "run/run_fixture.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace milepost;
using namespace milepost::test;

TEST_CASE("a milestone whose tasks all pass ends with ok and one commit a task") {
  const ScratchDir directory;
  RunFixture run(directory);
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.state().count(Outcome::completed) == 3);
  for (const char* task : {"commit 1.1", "commit 1.2", "commit 1.3"}) CHECK(run.runner.count(task) == 1);
}

TEST_CASE("only behind the last task are milepost's documents alone worth a commit") {
  const ScratchDir directory;
  RunFixture run(directory);
  CHECK(run.go() == ExitCode::ok);
  REQUIRE(run.runner.commits.size() == 3);
  CHECK_FALSE(run.runner.commits[0].documents_alone);
  CHECK_FALSE(run.runner.commits[1].documents_alone);
  CHECK(run.runner.commits[2].documents_alone);
  const ScratchDir other;
  RunFixture single(other, 1);
  CHECK(single.go() == ExitCode::ok);
  CHECK_FALSE(single.runner.commits.front().documents_alone);
}

TEST_CASE("a failed check is given back in the same session until it passes") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.runner.verdicts["1.1"] = {Verdict::failed, Verdict::failed, Verdict::passed};
  CHECK(run.go() == ExitCode::ok);
  REQUIRE(run.runner.requests.size() == 3);
  CHECK(run.runner.requests[0].reason == AttemptReason::first);
  CHECK_FALSE(run.runner.requests[0].resume);
  for (const std::size_t i : {1u, 2u}) {
    CHECK(run.runner.requests[i].reason == AttemptReason::retry);
    CHECK(run.runner.requests[i].resume);
    CHECK(run.runner.requests[i].session_id == run.runner.requests[0].session_id);
    CHECK(run.runner.requests[i].prompt.find("check 1.1") != std::string::npos);
  }
}

TEST_CASE("a check that never passes fails the task after its retries and skips its dependents") {
  const ScratchDir directory;
  RunFixture run(directory);
  run.rules.retries = 1;
  run.runner.verdicts["1.2"] = {Verdict::failed, Verdict::failed, Verdict::failed};
  CHECK(run.go() == ExitCode::failed);
  const RunState state = run.state();
  CHECK(state.find(TaskId("1.1"))->outcome == Outcome::completed);
  CHECK(state.find(TaskId("1.2"))->outcome == Outcome::failed);
  CHECK(state.find(TaskId("1.2"))->attempts.size() == 2);
  CHECK(state.find(TaskId("1.3"))->outcome == Outcome::skipped);
  CHECK(run.runner.count("commit 1.2") == 0);
}

TEST_CASE("a check that cannot run ends with infra after the retries") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.retries = 0;
  run.runner.verdicts["1.1"] = {Verdict::infra_error};
  CHECK(run.go() == ExitCode::infra);
}

TEST_CASE("a question stops the milestone, and its answer goes to the same session") {
  const ScratchDir directory;
  RunFixture run(directory, 2);
  AttemptEnded asks = ended(Outcome::needs_human, "question", "which one?");
  asks.question = Question{"which one?", {"a", "b"}, "a"};
  run.runner.script["1.1"] = {asks};

  SUBCASE("answered in a later session") {
    CHECK(run.go() == ExitCode::needs_human);
    CHECK(run.state().find(TaskId("1.2"))->outcome == Outcome::skipped);
    {
      Journal journal = Journal::open(run.journal_file);
      journal.append({"2026-01-01T00:00:00.000Z", QuestionAnswered{TaskId("1.1"), "b"}}, /*sync=*/true);
    }
    CHECK(run.go() == ExitCode::ok);
  }
  SUBCASE("answered right there") {
    CHECK(run.go([](const TaskState& task) -> std::optional<std::string> {
      CHECK(task.question->text == "which one?");
      return "b";
    }) == ExitCode::ok);
  }
  REQUIRE(run.runner.requests.size() >= 2);
  CHECK(run.runner.requests[1].reason == AttemptReason::answer);
  CHECK(run.runner.requests[1].answer == "b");
  CHECK(run.runner.requests[1].session_id == run.runner.requests[0].session_id);
  CHECK(run.runner.requests[1].prompt.find("which one?") != std::string::npos);
}

TEST_CASE("a retry in a new session still has the answer") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.runner.resumes = false;
  AttemptEnded asks = ended(Outcome::needs_human, "question", "which one?");
  asks.question = Question{"which one?", {"a", "b"}, "a"};
  run.runner.script["1.1"] = {asks, ended(Outcome::failed, "crashed", "it crashed")};
  CHECK(run.go([](const TaskState&) -> std::optional<std::string> { return "take b"; }) == ExitCode::ok);
  REQUIRE(run.runner.requests.size() == 3);
  const AttemptRequest& retry = run.runner.requests[2];
  CHECK(retry.reason == AttemptReason::retry);
  CHECK(retry.answer == "take b");
  CHECK(retry.fresh_prompt.find("which one?") != std::string::npos);
  CHECK(retry.fresh_prompt.find("take b") != std::string::npos);
  CHECK(run.state().find(TaskId("1.1"))->answered.size() == 1);
}

TEST_CASE("F28: an agent that reports nothing is believed only when a check passes") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.runner.script["1.1"] = {ended(Outcome::completed, k_no_result_block)};
  SUBCASE("with a passing check") {
    CHECK(run.go() == ExitCode::ok);
  }
  SUBCASE("without a check") {
    run.runner.has_checks = false;
    CHECK(run.go() == ExitCode::needs_human);
  }
}

TEST_CASE("limits and failures of the engine stop without using up retries") {
  const ScratchDir directory;
  RunFixture run(directory, 2);
  SUBCASE("limit") {
    run.runner.script["1.1"] = {ended(Outcome::limit, "budget", "come back later")};
    CHECK(run.go() == ExitCode::limit);
  }
  SUBCASE("infra") {
    run.runner.script["1.1"] = {ended(Outcome::infra, "lost", "the container was lost")};
    CHECK(run.go() == ExitCode::infra);
  }
  CHECK(run.runner.requests.size() == 1);
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.runner.requests[1].reason == AttemptReason::resume);
}

TEST_CASE("F48: a touched git directory ends the task at once") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.runner.script["1.1"] = {ended(Outcome::failed, k_tampered, ".git/config changed")};
  CHECK(run.go() == ExitCode::failed);
  CHECK(run.runner.requests.size() == 1);
}

TEST_CASE("no attempt begins when the budget is used up") {
  const ScratchDir directory;
  RunFixture run(directory);
  run.rules.run_budget.usd = 0.30;  // an attempt costs 0.25
  CHECK(run.go() == ExitCode::limit);
  CHECK(run.state().count(Outcome::completed) == 2);
  CHECK(run.runner.count("attempt 1.3") == 0);
}

TEST_CASE("F10: a runner that throws ends the task with infra and the run goes on to its end") {
  const ScratchDir directory;
  RunFixture run(directory, 2);
  run.runner.at = [](const std::string& point) {
    if (point == "snapshot") throw InfraError("no space left", "free some");
  };
  CHECK(run.go() == ExitCode::infra);
  CHECK(run.state().find(TaskId("1.1"))->detail == "no space left (free some)");
}

TEST_CASE("a stop leaves the task resumable and passes through") {
  const ScratchDir directory;
  RunFixture run(directory, 2);
  std::stop_source source;
  run.runner.at = [&](const std::string& point) {
    if (point == "attempt begins") source.request_stop();
  };
  CHECK_THROWS_AS(run.go({}, source.get_token()), Stopped);
  CHECK(run.state().find(TaskId("1.1"))->outcome == Outcome::running);
  run.runner.at = [](const std::string&) {};
  CHECK(run.go() == ExitCode::ok);
}

TEST_CASE("F33: a journal that cannot be written ends the run with infra and no thread left") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  struct FailingObserver : RunObserver {
    void on_run_event(const RunEvent& event, const RunState&) override {
      // Stands for the append: both happen on the main thread in the same call.
      if (std::holds_alternative<AttemptEnded>(event.record)) throw InfraError("the disk is full");
    }
    void on_agent_event(const TaskId&, const AgentEvent&) override {}
    void on_progress(std::string_view) override {}
  } failing;
  run.observers.push_back(&failing);
  CHECK(run.go() == ExitCode::infra);
}

TEST_CASE("a failed task of an earlier session gets new attempts when the run is resumed") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.retries = 1;
  run.runner.verdicts["1.1"] = {Verdict::failed, Verdict::failed, Verdict::failed, Verdict::passed};
  CHECK(run.go() == ExitCode::failed);
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.state().find(TaskId("1.1"))->attempts.size() == 4);
}

TEST_CASE("what a task's hand-off warns of is recorded once, also when the run is killed before the commit") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.runner.hand_off_warnings = {"task 1.1 changed .envrc", "the plan's documents were not written"};
  run.runner.at = [](const std::string& point) {
    if (point == "commit begins") throw Stopped(15);
  };
  try {
    static_cast<void>(run.go());
  } catch (const Stopped&) {
  }
  CHECK(run.runner.count("commit 1.1") == 0);
  run.runner.at = [](const std::string&) {};
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.state().warnings == run.runner.hand_off_warnings);
}

TEST_CASE("an observer whose time has come is ticked on the calling thread") {
  struct Clock : RunObserver {
    void on_run_event(const RunEvent&, const RunState&) override {}
    void on_agent_event(const TaskId&, const AgentEvent&) override {}
    void on_progress(std::string_view) override {}
    SteadyClock::time_point next_tick() const override { return SteadyClock::time_point::min(); }
    void on_tick() override {
      ++ticks;
      elsewhere = elsewhere || std::this_thread::get_id() != thread;
    }
    int ticks = 0;
    bool elsewhere = false;
    std::thread::id thread = std::this_thread::get_id();
  };
  const ScratchDir directory;
  RunFixture run(directory, 1);
  Clock clock;
  run.observers.push_back(&clock);
  CHECK(run.go() == ExitCode::ok);
  CHECK(clock.ticks > 0);
  CHECK_FALSE(clock.elsewhere);
}

TEST_CASE("an agent that says far more than anyone reads is cut short on the display, its calls are not") {
  struct Display : RunObserver {
    void on_run_event(const RunEvent&, const RunState&) override {}
    void on_agent_event(const TaskId&, const AgentEvent& event) override {
      words += std::holds_alternative<AgentText>(event) ? 1 : 0;
      calls += std::holds_alternative<ToolCall>(event) ? 1 : 0;
      if (const auto* notice = std::get_if<Notice>(&event)) notices.push_back(notice->text);
    }
    void on_progress(std::string_view) override {}
    int words = 0, calls = 0;
    std::vector<std::string> notices;
  };
  const ScratchDir directory;
  RunFixture run(directory, 1);
  for (int i = 0; i < 1500; ++i) {
    run.runner.events.emplace_back(AgentText{"a word"});
    run.runner.events.emplace_back(UsageSoFar{});
  }
  run.runner.events.emplace_back(ToolCall{"1", "Bash", "make"});
  Display display;
  run.observers.push_back(&display);
  CHECK(run.go() == ExitCode::ok);
  CHECK(display.words == 501);
  CHECK(display.calls == 1);
  REQUIRE(display.notices.size() == 1);
  CHECK(display.notices[0] == "2001 live events were not shown; the recorded output has them");
}
