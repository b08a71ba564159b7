#pragma once

#include "milepost/config/config.hpp"
#include "milepost/plan/plan.hpp"
#include "milepost/report/summary.hpp"
#include "milepost/state/run_state.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// Where the hand-off document of a plan goes, relative to the code folder; nothing when it is turned off,
/// for a GSD plan (which has a summary) unless a directory is named, and when the plan lies outside of the
/// code folder.
std::optional<std::filesystem::path> handoff_path(const Plan& plan, const Config& config,
                                                  const std::filesystem::path& root);

/// The same for the summary: beside a GSD plan, or where a YAML plan wants it.
std::optional<std::filesystem::path> summary_path(const Plan& plan, const std::filesystem::path& root);

/// Whether milepost writes this path of the code folder itself, as hand-off document or summary of the plan.
bool is_own_document(const Plan& plan, const Config& config, const std::filesystem::path& root,
                     const std::string& path);

/// The documents that milepost writes of a plan into the code folder, all through safe_file. One thread at a
/// time; throws as safe_file does.
class PlanDocuments {
 public:
  /// References outlive the object. `run_directory` gets what has no place in the code folder.
  PlanDocuments(const Plan& plan, const Config& config, std::filesystem::path root,
                std::filesystem::path run_directory);

  /// Brings the hand-off document up to `state`.
  void write_handoff(const RunState& state) const;

  /// Writes the summary, and moves STATE.md, ROADMAP.md and REQUIREMENTS.md of a GSD project on by the plan.
  /// `facts` without `required`, which is read here. Returns what could not be updated, a line each.
  std::vector<std::string> close_out(const RunState& state, SummaryFacts facts) const;

 private:
  std::vector<RequiredPlan> required_plans() const;
  std::vector<std::string> move_project_on(const RunState& state, const SummaryFacts& facts) const;

  const Plan& plan_;
  const Config& config_;
  std::filesystem::path root_, run_directory_;
};

}  // namespace milepost
