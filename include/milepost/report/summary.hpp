#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// A plan that had to be done before, and what it says it provides.
struct RequiredPlan {
  std::string plan;      ///< "37-01"
  std::string provides;  ///< may be empty
};

/// What a summary tells that neither the plan nor the run's state knows.
struct SummaryFacts {
  std::vector<std::string> created, modified, deleted;  ///< paths of the diff over the run's commits
  std::map<std::string, std::string> subjects;          ///< of the tasks' commits, by full hash
  std::vector<RequiredPlan> required;
  std::vector<Evidence> checks;  ///< of the plan as a whole, overrides applied
};

/// The summary of a plan after its run: strict YAML front matter, and Markdown in the shape of the GSD
/// format's SUMMARY.md. Every value comes from its source: the plan, the commits' diff, the journal's clock,
/// the checks, and for what only it can know the agent's result blocks. Pure: the same input gives the same
/// bytes. Tasks of the state that the plan does not name (a closing step) are left out.
std::string summary_document(const Plan& plan, const RunState& state, const SummaryFacts& facts);

/// "37-02-SUMMARY.md": the plan's file name with SUMMARY in place of PLAN, else the plan's id.
std::string summary_file_name(const Plan& plan);

/// What the front matter of a summary provides, in order; empty when it cannot be read, as some cannot.
std::vector<std::string> provided_by(std::string_view summary);

}  // namespace milepost
