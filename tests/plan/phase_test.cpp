#include "milepost/plan/phase.hpp"

#include "milepost/base/error.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;
using milepost::test::ScratchDir;

namespace {

std::string plan_text(const std::string& front) {
  return "---\nphase: 37-gate\n" + front +
         "---\n<tasks>\n<task type=\"auto\">\n  <name>Task 1: Build</name>\n  <verify>\n    "
         "<automated>test -e a</automated>\n  </verify>\n</task>\n</tasks>\n";
}

std::string refusal_of(const std::filesystem::path& directory) {
  try {
    read_phase(directory);
  } catch (const UsageError& error) {
    return std::string(error.what()) + " / " + error.next_step();
  }
  return "";
}

}  // namespace

TEST_CASE("a directory of plans is read with what is done and what other phases have done") {
  const ScratchDir scratch;
  scratch.write("phases/37-gate/37-01-PLAN.md", plan_text("plan: 01\nwave: 1\ndepends_on: []\n"));
  scratch.write("phases/37-gate/37-01-SUMMARY.md", "done\n");
  scratch.write("phases/37-gate/37-02-PLAN.md",
                plan_text("plan: 02\nwave: 2\ndepends_on: [01, \"36-02\", \"35-01\", 12-09]\n"));
  scratch.write("phases/37-gate/37-CONTEXT.md", "not a plan\n");
  scratch.write("phases/36-fence/36-02-SUMMARY.md", "done\n");
  scratch.write("milestones/v1-phases/35-path/35-01-set-up-SUMMARY.md", "done\n");
  const Phase phase = read_phase(scratch / "phases/37-gate/");
  CHECK(phase.name == "37-gate");
  REQUIRE(phase.plans.size() == 2);
  CHECK(phase.plans[0].done);
  CHECK_FALSE(phase.plans[1].done);
  CHECK(phase.plans[1].after == std::vector<std::size_t>{0});
  REQUIRE(phase.plans[1].externals.size() == 3);
  CHECK(phase.plans[1].externals[0].done);
  CHECK(phase.plans[1].externals[1].done);
  CHECK_FALSE(phase.plans[1].externals[2].done);
  CHECK(phase.remarks.empty());
  // The place is that of the value in the file.
  const std::vector<std::string> told = phase_diagnostics(phase, Severity::warning);
  REQUIRE(told.size() == 1);
  CHECK(told[0].find("37-02-PLAN.md:5:13: warning: plan 37-02 depends on 12-09") != std::string::npos);
}

TEST_CASE("names that only look like plans are told and not read") {
  const ScratchDir scratch;
  scratch.write("37-gate/37-01-PLAN.md", plan_text("plan: 01\n"));
  scratch.write("37-gate/37-PLAN-CHECK.md", "no plan\n");
  scratch.write("37-gate/01-PLAN-fixes.md", "no plan\n");
  scratch.write("37-gate/37-02-VERIFICATION-PLAN.md", plan_text("plan: 02\n"));
  scratch.write("37-gate/notes-PLAN.txt", "no plan\n");
  const Phase phase = read_phase(scratch / "37-gate");
  CHECK(phase.plans.size() == 2);
  REQUIRE(phase.remarks.size() == 2);
  CHECK(phase.remarks[0].path.ends_with("01-PLAN-fixes.md"));
  CHECK(phase.remarks[0].diagnostic.code == "plan-lookalike");
  CHECK_FALSE(has_faults(phase, false));
}

TEST_CASE("a plan that cannot be read is an error of the phase, and the others are still read") {
  const ScratchDir scratch;
  scratch.write("37-gate/37-01-PLAN.md", plan_text("plan: 01\n"));
  scratch.write("37-gate/37-02-PLAN.md", "# Handoff: what was done\n");
  const Phase phase = read_phase(scratch / "37-gate");
  CHECK(phase.plans.size() == 1);
  REQUIRE(phase.remarks.size() == 1);
  CHECK(phase.remarks[0].diagnostic.code == "unreadable-plan");
  CHECK(has_faults(phase, false));
}

TEST_CASE("a directory without plans says where some are") {
  const ScratchDir scratch;
  scratch.write("phases/37-gate/37-01-PLAN.md", plan_text("plan: 01\n"));
  CHECK(refusal_of(scratch / "phases").find("37-gate") != std::string::npos);
  CHECK(refusal_of(scratch / "nowhere").find("cannot be read") != std::string::npos);
  scratch.write("empty/x.md", "x");
  CHECK(refusal_of(scratch / "empty").find("holds no plan") != std::string::npos);
}
