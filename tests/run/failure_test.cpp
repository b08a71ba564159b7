// What follows an attempt that broke down: the policy's table, budgets, the same failure again.

#include "milepost/base/error.hpp"
#include "milepost/base/time.hpp"
#include "milepost/run/budget_rules.hpp"
#include "milepost/run/failure_class.hpp"

#include "run/run_fixture.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using namespace milepost::test;
using namespace std::chrono_literals;

namespace {

AttemptEnded broken(Outcome outcome, const std::string& result, const std::string& retry_at = {}) {
  AttemptEnded end = ended(outcome, result, "words of " + result);
  end.retry_at = retry_at;
  return end;
}

std::string in(Milliseconds time) {
  return utc_text(std::chrono::system_clock::now() + time);
}

const std::vector<AttemptState>& attempts_of(const RunState& state) {
  return state.find(TaskId("1.1"))->attempts;
}

/// What the waiting was journaled with; empty: nothing waited.
std::vector<TaskWaiting> waits(const std::filesystem::path& journal) {
  std::vector<TaskWaiting> found;
  for (const RunEvent& event : Journal::read(journal)) {
    if (const auto* waiting = std::get_if<TaskWaiting>(&event.record)) found.push_back(*waiting);
  }
  return found;
}

}  // namespace

TEST_CASE("a limit with a stated end is waited for and uses up no attempt") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.retries = 0;
  run.rules.max_wait = 1min;
  const std::string until = in(400ms);
  run.runner.script["1.1"] = {broken(Outcome::limit, "rate_limited", until)};
  CHECK(run.go() == ExitCode::ok);
  const RunState state = run.state();
  REQUIRE(attempts_of(state).size() == 2);
  CHECK(attempts_of(state)[1].started_at >= until);
  CHECK(attempts_of(state)[1].reason == AttemptReason::retry);
  REQUIRE(waits(run.journal_file).size() == 1);
  CHECK(waits(run.journal_file)[0].until == until);
  CHECK_FALSE(state.find(TaskId("1.1"))->waiting);
}

TEST_CASE("a limit that ends later than a task may wait stops the run at once") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.max_wait = 1min;
  run.runner.script["1.1"] = {broken(Outcome::limit, "rate_limited", in(2h))};
  CHECK(run.go() == ExitCode::limit);
  CHECK(attempts_of(run.state()).size() == 1);
  CHECK(waits(run.journal_file).empty());
}

TEST_CASE("a run stopped while it waits goes on waiting when it is resumed") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.max_wait = 1min;
  const std::string until = in(800ms);
  run.runner.script["1.1"] = {broken(Outcome::limit, "quota", until)};
  std::stop_source source;
  struct StopAtWait : RunObserver {
    explicit StopAtWait(std::stop_source& to_stop) : stop(to_stop) {}
    void on_run_event(const RunEvent& event, const RunState&) override {
      if (std::holds_alternative<TaskWaiting>(event.record)) stop.request_stop();
    }
    void on_agent_event(const TaskId&, const AgentEvent&) override {}
    void on_progress(std::string_view) override {}
    std::stop_source& stop;
  } observer(source);
  run.observers.push_back(&observer);
  CHECK_THROWS_AS(run.go({}, source.get_token()), Stopped);
  CHECK(run.state().find(TaskId("1.1"))->waiting);
  run.observers.clear();
  CHECK(run.go() == ExitCode::ok);
  CHECK(attempts_of(run.state())[1].started_at >= until);
  CHECK(waits(run.journal_file).size() == 1);
}

TEST_CASE("a service that fails is tried again after pauses that grow, then the run stops as infra") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.backoff = 100ms;
  run.runner.script["1.1"] = {broken(Outcome::infra, "overloaded"), broken(Outcome::infra, "overloaded"),
                              broken(Outcome::infra, "overloaded")};
  CHECK(run.go() == ExitCode::infra);
  const RunState state = run.state();
  REQUIRE(attempts_of(state).size() == 3);
  const auto pause = [&](std::size_t before) {
    return *parse_utc(attempts_of(state)[before].started_at) -
           *parse_utc(attempts_of(state)[before - 1].ended_at);
  };
  CHECK(pause(1) >= 100ms);
  CHECK(pause(2) >= 200ms);
  CHECK(state.find(TaskId("1.1"))->detail == "words of overloaded (3 attempts)");
}

TEST_CASE("a harness that cannot log in hands over to the next, which begins anew with what happened") {
  const ScratchDir directory;
  RunFixture run(directory, 2);
  run.rules.harnesses = {"claude", "codex"};
  run.runner.script["1.1"] = {broken(Outcome::limit, "auth")};
  CHECK(run.go() == ExitCode::ok);
  const auto& requests = run.runner.requests;
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].harness == "claude");
  CHECK(requests[1].harness == "codex");
  CHECK(requests[1].reason == AttemptReason::failover);
  CHECK_FALSE(requests[1].resume);
  CHECK(requests[1].prompt.find("words of auth") != std::string::npos);
  CHECK(requests[1].prompt.find("## Task 1.1") != std::string::npos);
  // The rest of this session stays with the one that works; a resume would begin with the first again.
  CHECK(requests[2].harness == "codex");
  CHECK(attempts_of(run.state())[1].harness == "codex");
}

TEST_CASE("when every harness has failed the task stops, and a resume begins with the first again") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.harnesses = {"claude", "codex"};
  run.runner.script["1.1"] = {broken(Outcome::limit, "auth"), broken(Outcome::limit, "quota")};
  CHECK(run.go() == ExitCode::limit);
  CHECK(run.runner.requests.size() == 2);
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.runner.requests.back().harness == "claude");
}

TEST_CASE("a session that has grown too long goes on in a new one") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.runner.script["1.1"] = {broken(Outcome::failed, "context_overflow")};
  CHECK(run.go() == ExitCode::ok);
  REQUIRE(run.runner.requests.size() == 2);
  CHECK_FALSE(run.runner.requests[1].resume);
}

TEST_CASE("an agent that is silent is tried again in its session, as often as retries allow") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.retries = 1;
  run.runner.script["1.1"] = {broken(Outcome::limit, "idle_timeout"), broken(Outcome::limit, "idle_timeout")};
  CHECK(run.go() == ExitCode::limit);
  CHECK(run.runner.requests.size() == 2);
  CHECK(run.runner.requests[1].resume);
}

TEST_CASE("the table decides: a class can be made to stop, to ask or to be taken as it is") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  SUBCASE("stop") {
    run.rules.on_failure.set(FailureClass::idle, {FailureAction::stop});
    run.runner.script["1.1"] = {broken(Outcome::limit, "idle_timeout")};
    CHECK(run.go() == ExitCode::limit);
    CHECK(run.runner.requests.size() == 1);
  }
  SUBCASE("ask") {
    run.rules.on_failure.set(FailureClass::crashed, {FailureAction::ask});
    run.runner.script["1.1"] = {broken(Outcome::failed, "no_result")};
    CHECK(run.go() == ExitCode::needs_human);
  }
  SUBCASE("a result that is followed by a hang counts") {
    run.runner.script["1.1"] = {ended(Outcome::completed, k_hang_after_result)};
    CHECK(run.go() == ExitCode::ok);
    CHECK(run.runner.requests.size() == 1);
  }
  SUBCASE("unless it is not to count") {
    run.rules.on_failure.set(FailureClass::hang_after_result, {FailureAction::retry, FailureAction::stop});
    run.runner.script["1.1"] = {ended(Outcome::completed, k_hang_after_result)};
    CHECK(run.go() == ExitCode::ok);
    CHECK(run.runner.requests.size() == 2);
  }
}

TEST_CASE("the same failure twice in a row ends the task, whatever its figures") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.retries = 5;
  run.rules.same_failures = 2;
  SUBCASE("of the agent") {
    run.runner.script["1.1"] = {ended(Outcome::failed, "agent_failed", "no line 12 in a.cpp after 0.3s"),
                                ended(Outcome::failed, "agent_failed", "no line 7 in a.cpp after 0.1s")};
    CHECK(run.go() == ExitCode::failed);
    CHECK(run.runner.requests.size() == 2);
    CHECK(run.state().find(TaskId("1.1"))->detail.find("the same failure each time") != std::string::npos);
  }
  SUBCASE("of the checks") {
    run.runner.verdicts["1.1"] = {Verdict::failed, Verdict::failed};
    CHECK(run.go() == ExitCode::failed);
    CHECK(run.runner.requests.size() == 2);
  }
  SUBCASE("another failure is another chance") {
    run.runner.script["1.1"] = {ended(Outcome::failed, "agent_failed", "no a.cpp"),
                                ended(Outcome::failed, "agent_failed", "no b.cpp"),
                                ended(Outcome::failed, "agent_failed", "no a.cpp")};
    CHECK(run.go() == ExitCode::ok);
    CHECK(run.runner.requests.size() == 4);
  }
  SUBCASE("a service's failure is none of the task's") {
    run.runner.script["1.1"] = {broken(Outcome::infra, "overloaded"), broken(Outcome::infra, "overloaded")};
    CHECK(run.go() == ExitCode::ok);
  }
}

TEST_CASE("every part of a budget stops a task before the attempt that would go over it") {
  Spent spent;
  spent.usage.input_tokens = 600;
  spent.usage.output_tokens = 400;
  spent.usage.cost_usd = 2.0;
  spent.usage.turns = 10;
  spent.time = 5min;
  spent.attempts = 3;
  CHECK(used_up({.usd = 2.5, .tokens = 1001, .turns = 11, .time = 6min, .attempts = 4}, spent).empty());
  CHECK(used_up({.usd = 2.0}, spent) == "its $2.00");
  CHECK(used_up({.tokens = 1000}, spent) == "its 1000 tokens");
  CHECK(used_up({.turns = 10}, spent) == "its 10 turns");
  CHECK(used_up({.time = 5min}, spent) == "its 5 min 00 s of work");
  CHECK(used_up({.attempts = 3}, spent) == "its 3 attempts");
  const Left left =
      left_of({.usd = 2.5, .tokens = 5000, .time = 7min}, spent, {.usd = 9, .tokens = 1200}, spent);
  CHECK(left.limits.usd == 0.5);
  CHECK(left.limits.tokens == 200u);
  CHECK_FALSE(left.limits.turns);
  CHECK(left.time == 2min);
}

TEST_CASE("the attempts of a task are counted over all its sessions") {
  const ScratchDir directory;
  RunFixture run(directory, 1);
  run.rules.task_budget.attempts = 3;
  run.runner.script["1.1"] = {broken(Outcome::limit, "auth"), broken(Outcome::limit, "auth"),
                              broken(Outcome::limit, "auth"), broken(Outcome::limit, "auth")};
  for (int session = 0; session < 3; ++session) CHECK(run.go() == ExitCode::limit);
  CHECK(run.runner.requests.size() == 3);
  CHECK(run.go() == ExitCode::limit);
  CHECK(run.runner.requests.size() == 3);
  CHECK(run.state().find(TaskId("1.1"))->detail == "the task's budget is used up: its 3 attempts");
}
