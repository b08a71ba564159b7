#pragma once

#include "milepost/base/exit_code.hpp"
#include "milepost/plan/phase.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Which plans of a phase a command is about.
struct PhaseChoice {
  std::optional<double> wave = {};  ///< only this one
  bool gaps_only = false;           ///< only plans that close gaps
  bool force = false;               ///< go on past dependencies that are unknown or not done elsewhere
};

/// How a plan stands in a run of its phase.
enum class PlanStanding {
  done_before,  ///< it had a summary
  left_out,     ///< not chosen, and not done
  waiting,      ///< not reached yet
  passed,
  ended,    ///< ran and did not pass; `code` says how
  skipped,  ///< one that it depends on did not pass
};

/// "done", "left out", "waiting", "passed", "ended", "skipped".
std::string_view to_string(PlanStanding standing);

struct PlanCourse {
  PlanStanding standing = PlanStanding::waiting;
  ExitCode code = ExitCode::ok;  ///< of its run
  std::string why;               ///< for a person; may be empty
};

/// The course of a phase, one plan at a time in the order of the phase: which plan is next, which are
/// skipped, and what it all amounts to. No I/O.
class PhaseCourse {
 public:
  /// Throws UsageError, before anything runs: no such wave, a lower wave that is open, no plan that closes
  /// gaps; errors of a chosen plan, dependencies that are not met outside the phase. The phase outlives it.
  PhaseCourse(const Phase& phase, const PhaseChoice& choice);

  /// The place of the next plan to run; plans whose dependencies did not pass are skipped on the way.
  std::optional<std::size_t> next();
  /// How the plan that next() gave ended.
  void ended(ExitCode code, std::string why = {});
  /// Nothing else is started: the rest stays waiting.
  void stop() { stopped_ = true; }

  /// Whether an exit code of one plan ends the phase: it would meet the next plan too, or someone wants it to
  /// stop.
  static bool stops_phase(ExitCode code);

  /// In the order of the phase.
  const std::vector<PlanCourse>& plans() const { return plans_; }
  /// The most telling one: what stopped the phase, then failed, needs_human, limit, infra; ok when every
  /// chosen plan is done or passed.
  ExitCode exit_code() const;

 private:
  void choose(const PhaseChoice& choice);
  void check_chosen(const PhaseChoice& choice) const;
  std::string obstacle_of(std::size_t place) const;

  const Phase& phase_;
  std::vector<PlanCourse> plans_;
  std::optional<std::size_t> current_;
  bool stopped_ = false;
};

}  // namespace milepost
