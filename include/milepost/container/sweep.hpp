#pragma once

#include "milepost/container/engine.hpp"

#include <string>
#include <vector>

namespace milepost {

/// What a sweep found of milepost's own containers and networks, by name.
struct SweepResult {
  std::vector<std::string> removed;  ///< owner proven dead
  std::vector<std::string> alive;    ///< owner lives: never touched
  std::vector<std::string> unclear;  ///< other host, or labels unreadable: kept and listed
  std::vector<std::string> failed;   ///< could not be removed
};

/// Removes containers and networks whose owner is proven dead, probing each owner again right before the
/// removal. With `dry_run` nothing is removed and `removed` lists what would be. `removal_limit` is for each
/// one.
SweepResult sweep(const ContainerEngine& engine, bool dry_run,
                  Milliseconds removal_limit = std::chrono::seconds(10));

}  // namespace milepost
