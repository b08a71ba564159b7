#pragma once

#include "milepost/state/run_store.hpp"

#include <string>
#include <vector>

namespace milepost {

struct PrunedRuns {
  std::vector<std::string> removed;  ///< run ids
  std::vector<std::string> failed;   ///< run ids with the reason
};

/// Removes the directories of runs that last changed before this time (as in the records). Live ones stay,
/// those that cannot be read (they may be of use to a person), and the newest of each plan, which `resume`
/// and `status` need.
PrunedRuns prune_runs(const RunStore& store, const std::string& before, bool dry_run);

}  // namespace milepost
