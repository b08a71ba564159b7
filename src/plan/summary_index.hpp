#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace milepost::parsing {

/// What is done, as the summaries of a project's phases tell by their names: those of the directories beside
/// a phase, of `phases/` and of the archives below `milestones/`. Reads names only.
class SummaryIndex {
 public:
  explicit SummaryIndex(const std::filesystem::path& phase_directory);

  /// "36-04" is done when there is a 36-04-SUMMARY.md or a 36-04-…-SUMMARY.md.
  bool holds(const std::string& plan_id) const;

 private:
  void add_phases_of(const std::filesystem::path& directory);
  std::vector<std::filesystem::path> seen_;
  std::vector<std::string> stems_;  ///< "36-04"
  std::size_t entries_ = 0;
};

}  // namespace milepost::parsing
