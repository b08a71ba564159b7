#pragma once

#include "milepost/harness/volume.hpp"

#include <string>
#include <vector>

namespace milepost {

/// What a harness in the volume says of itself.
struct InstalledVersion {
  std::string harness;
  std::string locked;   ///< the version of the lock
  std::string problem;  ///< one line; empty: it started and named the locked version
};

/// Runs the version command of every installed harness of the lock in one short container with its complete
/// volume. Throws InfraError when the container itself fails, Stopped.
std::vector<InstalledVersion> installed_versions(const VolumeContext& context, const HarnessLock& lock);

}  // namespace milepost
