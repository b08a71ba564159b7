#include "cli/phase_course.hpp"

#include "milepost/base/error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace milepost;

namespace {

PhasePlan plan_of(const std::string& id, const std::vector<std::string>& depends_on = {}, bool done = false) {
  PhasePlan item;
  item.plan.id = id;
  item.plan.path = id + "-PLAN.md";
  item.plan.depends_on = depends_on;
  item.done = done;
  return item;
}

Phase phase_of(std::vector<PhasePlan> plans) {
  Phase phase;
  phase.path = "37-gate";
  phase.plans = std::move(plans);
  arrange(phase);
  return phase;
}

/// Four plans in three waves: 02 and 03 behind 01, 04 behind 02.
Phase four() {
  return phase_of({plan_of("37-01"), plan_of("37-02", {"37-01"}), plan_of("37-03", {"37-01"}),
                   plan_of("37-04", {"37-02"})});
}

/// Runs a course to its end; each plan ends with the code given for it, else ok. "37-01 37-02": what ran.
std::string run(PhaseCourse& course, const Phase& phase,
                const std::vector<std::pair<std::string, ExitCode>>& codes = {}) {
  std::string ran;
  while (const auto place = course.next()) {
    const std::string& id = phase.plans[*place].plan.id;
    ran += (ran.empty() ? "" : " ") + id;
    ExitCode code = ExitCode::ok;
    for (const auto& [of, wanted] : codes) {
      if (of == id) code = wanted;
    }
    course.ended(code);
  }
  return ran;
}

std::string refusal_of(const Phase& phase, const PhaseChoice& choice) {
  try {
    PhaseCourse{phase, choice};
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

bool refused(const Phase& phase, const PhaseChoice& choice, const std::string& reason) {
  return refusal_of(phase, choice).find(reason) != std::string::npos;
}

}  // namespace

TEST_CASE("every plan runs once, in the order of the waves") {
  const Phase phase = four();
  PhaseCourse course(phase, {});
  CHECK(run(course, phase) == "37-01 37-02 37-03 37-04");
  CHECK(course.exit_code() == ExitCode::ok);
}

TEST_CASE("plans behind one that did not pass are skipped and say why; the others run") {
  const Phase phase = four();
  for (const ExitCode code : {ExitCode::failed, ExitCode::needs_human, ExitCode::usage}) {
    PhaseCourse course(phase, {});
    CHECK(run(course, phase, {{"37-02", code}}) == "37-01 37-02 37-03");
    CHECK(course.plans()[3].standing == PlanStanding::skipped);
    CHECK(course.plans()[3].why == "37-02 did not pass (" + std::string(name_of(code)) + ")");
    CHECK(course.exit_code() == code);
  }
  PhaseCourse course(phase, {});
  CHECK(run(course, phase, {{"37-01", ExitCode::failed}}) == "37-01");
  CHECK(course.plans()[3].why == "37-02 was skipped");
}

TEST_CASE("what would meet the next plan too stops the phase") {
  const Phase phase = four();
  for (const ExitCode code :
       {ExitCode::limit, ExitCode::infra, ExitCode::environment, ExitCode::locked, ExitCode::cleanup_failed,
        ExitCode::tampered, ExitCode::interrupt, ExitCode::internal}) {
    PhaseCourse course(phase, {});
    CHECK(run(course, phase, {{"37-02", code}}) == "37-01 37-02");
    CHECK(course.plans()[2].standing == PlanStanding::waiting);
    CHECK(course.exit_code() == code);
  }
}

TEST_CASE("the exit code is the most telling one") {
  const Phase phase = phase_of({plan_of("37-01"), plan_of("37-02"), plan_of("37-03")});
  const auto exit_of = [&](const std::vector<std::pair<std::string, ExitCode>>& codes) {
    PhaseCourse course(phase, {});
    run(course, phase, codes);
    return course.exit_code();
  };
  CHECK(exit_of({{"37-01", ExitCode::needs_human}, {"37-02", ExitCode::failed}}) == ExitCode::failed);
  CHECK(exit_of({{"37-01", ExitCode::needs_human}, {"37-02", ExitCode::limit}}) == ExitCode::needs_human);
  CHECK(exit_of({{"37-01", ExitCode::failed}, {"37-02", ExitCode::tampered}}) == ExitCode::tampered);
  CHECK(exit_of({{"37-01", ExitCode::usage}}) == ExitCode::usage);
}

TEST_CASE("a stop leaves the rest waiting, and that is no success") {
  const Phase phase = four();
  PhaseCourse course(phase, {});
  REQUIRE(course.next());
  course.ended(ExitCode::ok);
  course.stop();
  CHECK_FALSE(course.next());
  CHECK(course.exit_code() == ExitCode::failed);
}

TEST_CASE("plans that are done do not run and hold nobody up") {
  const Phase phase =
      phase_of({plan_of("37-01", {}, true), plan_of("37-02", {"37-01"}), plan_of("37-03", {}, true)});
  PhaseCourse course(phase, {});
  CHECK(run(course, phase) == "37-02");
  CHECK(course.exit_code() == ExitCode::ok);
}

TEST_CASE("a wave runs alone when the lower ones are done") {
  CHECK(refused(four(), {.wave = 2}, "37-01 of a lower wave is open"));
  CHECK(refused(four(), {.wave = 7}, "no wave 7"));
  const Phase phase =
      phase_of({plan_of("37-01", {}, true), plan_of("37-02", {"37-01"}), plan_of("37-04", {"37-02"})});
  PhaseCourse course(phase, {.wave = 2});
  CHECK(run(course, phase) == "37-02");
  CHECK(course.plans()[2].standing == PlanStanding::left_out);
  CHECK(course.exit_code() == ExitCode::ok);
}

TEST_CASE("only the plans that close gaps run, and only when what they need is done") {
  CHECK(refused(four(), {.gaps_only = true}, "no plan that closes gaps"));
  PhasePlan gap = plan_of("37-05", {"37-01"});
  gap.plan.gap_closure = true;
  PhasePlan other = plan_of("37-06", {"37-02"});
  other.plan.gap_closure = true;
  const Phase phase = phase_of({plan_of("37-01", {}, true), plan_of("37-02", {"37-01"}), gap, other});
  PhaseCourse course(phase, {.gaps_only = true});
  CHECK(run(course, phase) == "37-05");
  CHECK(course.plans().back().why == "37-02 is left out and not done");
  CHECK(course.exit_code() == ExitCode::failed);
}

TEST_CASE("errors and open plans of other phases refuse the run before anything starts") {
  const Phase unknown = phase_of({plan_of("37-01", {"37-09"})});
  CHECK(refused(unknown, {}, "errors in 37-01"));
  CHECK(refusal_of(unknown, {.force = true}).empty());

  PhasePlan waits = plan_of("37-01");
  waits.externals = {{"36-01", false}};
  const Phase external = phase_of({waits});
  CHECK(refused(external, {}, "no summary: 36-01"));
  CHECK(refusal_of(external, {.force = true}).empty());

  const Phase cycle = phase_of({plan_of("37-01", {"37-02"}), plan_of("37-02", {"37-01"})});
  CHECK(refused(cycle, {.force = true}, "errors in"));

  SUBCASE("but not those of plans that are done") {
    PhasePlan done = plan_of("37-01", {"37-09"}, true);
    CHECK(refusal_of(phase_of({done, plan_of("37-02")}), {}).empty());
  }
}
