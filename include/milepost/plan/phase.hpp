#pragma once

#include "milepost/plan/plan.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace milepost {

/// A plan of another phase that must be done first.
struct ExternalPlan {
  std::string id;     ///< as the dependency names it
  bool done = false;  ///< a summary of it was found
};

/// Two plans of one wave that change the same file: they must not run at the same time.
struct SharedFile {
  std::size_t with = 0;  ///< the place of the earlier plan in `Phase::plans`
  std::string file;      ///< the first one that they share
};

/// One plan of a phase and its place in it.
struct PhasePlan {
  Plan plan;
  std::string summary;  ///< the path of its summary, whether it exists or not
  bool done = false;    ///< the summary exists
  double level =
      1;            ///< by the dependencies alone; 0 is the first one when some plan declares an earlier wave
  double wave = 1;  ///< the later one of declared wave and level, and behind those it depends on
  std::vector<std::size_t> after;       ///< places of the plans it depends on, ascending
  std::vector<SharedFile> shares;       ///< with earlier plans of the same wave, one entry a plan
  std::vector<ExternalPlan> externals;  ///< in the order of the plan
  std::vector<std::string> unknown;     ///< dependencies that are no plan of the phase
};

/// A remark about a file of the phase, beside the diagnostics of the plans themselves.
struct PhaseRemark {
  std::string path;
  Diagnostic diagnostic;
};

/// A directory of GSD plans.
struct Phase {
  std::string path;                  ///< as given, without a slash at the end
  std::string name;                  ///< of the directory: "37-build-integration"
  std::vector<PhasePlan> plans;      ///< in the order of execution: by wave, then by id ("2" before "10")
  std::vector<PhaseRemark> remarks;  ///< sorted by path and place

  /// The plan with this id, or null.
  const PhasePlan* find(const std::string& id) const;
};

/// Reads every plan of a directory (`…-PLAN.md`, `PLAN.md`), what is done (a `…-SUMMARY.md` beside the plan),
/// and what they depend on; other phases' summaries are looked for in the directories beside this one and
/// below `milestones/`. Reads names and plans, writes nothing. What is wrong with one plan is a remark or a
/// diagnostic of that plan. Throws UsageError when the directory cannot be read or holds no plan.
Phase read_phase(const std::filesystem::path& directory);

/// Puts plans that have been read in order and finds what is wrong between them: the part of read_phase that
/// reads nothing. In each plan, `plan`, `summary`, `done` and the `done` of each external plan (`externals`,
/// as the plan names them) are given; the rest is filled in.
void arrange(Phase& phase);

/// "2" for 2, "0.5" for 0.5.
std::string wave_text(double wave);

/// Whether two plans may run at the same time: the same wave, no shared file.
bool may_run_together(const Phase& phase, std::size_t a, std::size_t b);

/// Every diagnostic that is at least as severe, as `path:line:column: severity: message (what to do)`: those
/// of each plan in the order of the phase, then those of other files.
std::vector<std::string> phase_diagnostics(const Phase& phase, Severity least);

/// Errors of the plans or between them; with `warnings` also those.
bool has_faults(const Phase& phase, bool warnings);

}  // namespace milepost
