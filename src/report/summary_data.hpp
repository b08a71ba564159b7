#pragma once

#include "milepost/report/figures.hpp"
#include "milepost/report/summary.hpp"

#include <string>
#include <vector>

namespace milepost {

/// What the front matter and the body of a summary both tell.
struct SummaryData {
  SummaryData(const Plan& plan, const RunState& state, const SummaryFacts& facts);

  const Plan& plan;
  const RunState& state;
  const SummaryFacts& facts;
  std::vector<const TaskState*> tasks;  ///< those of the plan
  std::vector<Evidence> evidence;       ///< the tasks' checks, then the plan's; overrides applied
  std::string phase;                    ///< "37-build-integration"; the plan's id without a phase
  std::string started, completed;       ///< "2026-02-01T01:34:36Z"; may be empty

  /// Every entry of this list over all tasks, each once.
  std::vector<std::string> all(std::vector<std::string> WorkNotes::*list) const;
  std::vector<std::string> decisions() const;
  /// The last text that an agent gave.
  std::string last(std::string WorkNotes::*text) const;
};

/// The YAML front matter, with both of its lines "---".
std::string summary_front_matter(const SummaryData& data);

}  // namespace milepost
