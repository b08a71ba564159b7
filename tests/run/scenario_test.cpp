#include "milepost/run/run_rules.hpp"

#include "run/run_fixture.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using namespace milepost::test;

namespace {

AttemptEnded reported(ScenarioStatus status, bool fixable = true) {
  AttemptEnded end = ended(Outcome::completed, "success");
  end.scenario = ScenarioResult{status, "the greeting is missing", fixable, "print it"};
  return end;
}

/// A run of task 1.1 and then a task of this kind with the id "e2e".
struct ScenarioRun : RunFixture {
  explicit ScenarioRun(const ScratchDir& directory, TaskKind kind = TaskKind::scenario)
      : RunFixture(directory, 2) {
    plan.tasks[1].kind = kind;
    plan.tasks[1].id = TaskId("e2e");
  }
  TaskState scenario() const { return *state().find(TaskId("e2e")); }
  std::vector<AttemptReason> reasons() const {
    std::vector<AttemptReason> reasons;
    for (const AttemptState& attempt : scenario().attempts) reasons.push_back(attempt.reason);
    return reasons;
  }
};

using Reasons = std::vector<AttemptReason>;
constexpr auto k_first = AttemptReason::first;
constexpr auto k_again = AttemptReason::again;
constexpr auto k_check = AttemptReason::check;
constexpr auto k_fix = AttemptReason::fix;

}  // namespace

TEST_CASE("a scenario that the agent reports as passed completes, in a session of its own") {
  const ScratchDir directory;
  ScenarioRun run(directory);
  run.rules.one_session = true;
  run.runner.script["e2e"] = {reported(ScenarioStatus::passed)};
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.reasons() == Reasons{k_first});
  CHECK_FALSE(run.runner.requests.back().resume);
  CHECK(run.runner.requests.back().reports_scenario);
}

TEST_CASE("a fixable failure is fixed with its diagnosis, then the scenario runs again in a fresh session") {
  const ScratchDir directory;
  ScenarioRun run(directory);
  run.runner.script["e2e"] = {reported(ScenarioStatus::failed), ended(Outcome::completed, "success"),
                              reported(ScenarioStatus::passed)};
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.reasons() == Reasons{k_first, k_fix, k_again});
  const AttemptRequest& fix = run.runner.requests[2];
  CHECK_FALSE(fix.reports_scenario);
  CHECK(fix.prompt.find("the greeting is missing") != std::string::npos);
  CHECK(fix.prompt.find("print it") != std::string::npos);
  CHECK_FALSE(run.runner.requests[3].resume);
  CHECK(run.runner.count("commit e2e") == 1);
}

TEST_CASE("a failure outside of the code is not fixed, and its diagnosis ends the run") {
  const ScratchDir directory;
  ScenarioRun run(directory);
  run.runner.script["e2e"] = {reported(ScenarioStatus::failed, /*fixable=*/false)};
  CHECK(run.go() == ExitCode::failed);
  CHECK(run.scenario().detail.find("the greeting is missing") != std::string::npos);
}

TEST_CASE("fix attempts are bounded over the whole run, also when it is resumed") {
  const ScratchDir directory;
  ScenarioRun run(directory);
  run.rules.fix_attempts = 1;
  run.runner.script["e2e"] = {reported(ScenarioStatus::failed), ended(Outcome::completed, "success"),
                              reported(ScenarioStatus::failed), reported(ScenarioStatus::failed)};
  CHECK(run.go() == ExitCode::failed);
  CHECK(run.reasons() == Reasons{k_first, k_fix, k_again});
  CHECK(run.scenario().detail.find("after 1 fix attempt") != std::string::npos);
  CHECK(run.go() ==
        ExitCode::failed);  // looked at once more, for the user may have mended it; not fixed again
  CHECK(run.reasons() == Reasons{k_first, k_fix, k_again, k_again});
}

TEST_CASE("a scenario that nobody can judge asks a person, and goes on with the answer") {
  const ScratchDir directory;
  ScenarioRun run(directory);
  run.runner.script["e2e"] = {reported(ScenarioStatus::unclear), reported(ScenarioStatus::passed)};
  CHECK(run.go([](const TaskState&) { return std::optional<std::string>("it is fine"); }) == ExitCode::ok);
  CHECK(run.reasons() == Reasons{k_first, AttemptReason::answer});
  CHECK(run.runner.requests.back().reports_scenario);
}

TEST_CASE("a scenario without a report is not taken as passed") {
  const ScratchDir directory;
  ScenarioRun run(directory);
  run.runner.script["e2e"] = {ended(Outcome::completed, "no_result_block")};
  CHECK(run.go() == ExitCode::needs_human);
}

TEST_CASE("commands of a scenario are run by milepost first, and the agent only mends what they show") {
  const ScratchDir directory;
  ScenarioRun run(directory);
  run.plan.tasks[1].verify = {{"make e2e\n", {}, /*trusted=*/true}};
  SUBCASE("they pass: no agent at all") {
    CHECK(run.go() == ExitCode::ok);
    CHECK(run.reasons() == Reasons{k_check});
    CHECK(run.runner.count("attempt e2e") == 0);
  }
  SUBCASE("they fail once") {
    run.runner.verdicts["e2e"] = {Verdict::failed, Verdict::passed};
    CHECK(run.go() == ExitCode::ok);
    CHECK(run.reasons() == Reasons{k_check, k_fix});
    CHECK(run.runner.requests.back().prompt.find("check e2e") != std::string::npos);
  }
  SUBCASE("they are the plan's own and not allowed: the agent runs the scenario") {
    run.plan.tasks[1].verify.front().trusted = false;
    run.runner.script["e2e"] = {reported(ScenarioStatus::passed)};
    CHECK(run.go() == ExitCode::ok);
    CHECK(run.reasons() == Reasons{k_first});
  }
}

TEST_CASE("a validation task is run like a scenario") {
  const ScratchDir directory;
  ScenarioRun run(directory, TaskKind::validation);
  run.runner.script["e2e"] = {reported(ScenarioStatus::failed), ended(Outcome::completed, "success"),
                              reported(ScenarioStatus::passed)};
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.reasons() == Reasons{k_first, k_fix, k_again});
}

TEST_CASE("the close-out checks first, and what fails is mended up to the retries") {
  const ScratchDir directory;
  ScenarioRun run(directory, TaskKind::close_out);
  run.rules.retries = 1;
  run.runner.verdicts["e2e"] = {Verdict::failed, Verdict::failed};
  CHECK(run.go() == ExitCode::failed);
  CHECK(run.reasons() == Reasons{k_check, k_fix});
  CHECK(run.runner.count("commit e2e") == 0);
}

TEST_CASE("the tasks of a plan with one session go on in it, each with its own text") {
  const ScratchDir directory;
  RunFixture run(directory, 3);
  run.rules.one_session = true;
  CHECK(run.go() == ExitCode::ok);
  REQUIRE(run.runner.requests.size() == 3);
  CHECK_FALSE(run.runner.requests[0].resume);
  for (const std::size_t i : {1u, 2u}) {
    const AttemptRequest& request = run.runner.requests[i];
    CHECK(request.resume);
    CHECK(request.session_id == run.runner.requests[0].session_id);
    CHECK(request.prompt.find("Task number " + std::to_string(i + 1)) != std::string::npos);
    CHECK(request.prompt.find("# Milestone") == std::string::npos);
    CHECK(request.fresh_prompt.find("# Milestone") != std::string::npos);
  }
  CHECK(run.runner.requests[2].session_usage.cost_usd.value_or(0) == doctest::Approx(0.5));
}

TEST_CASE(
    "a task that was interrupted in the plan's shared session is told again there, for the session may not "
    "know it") {
  const ScratchDir directory;
  RunFixture run(directory, 2);
  run.rules.one_session = true;
  run.runner.script["1.2"] = {ended(Outcome::infra, "lost", "the container was lost")};
  CHECK(run.go() == ExitCode::infra);
  CHECK(run.go() == ExitCode::ok);
  REQUIRE(run.runner.requests.size() == 3);
  const AttemptRequest& again = run.runner.requests[2];
  CHECK(again.reason == AttemptReason::resume);
  CHECK(again.session_id == run.runner.requests[0].session_id);
  CHECK(again.prompt.find("Task number 2") != std::string::npos);
  CHECK(again.prompt.find("interrupted") != std::string::npos);
}
