#pragma once

#include "milepost/harness/lock.hpp"

#include <string>
#include <vector>

namespace milepost {

/// The harnesses of a lock that are installed into the volume, sorted by name.
std::vector<LockedHarness> installed_harnesses(const HarnessLock& lock);

/// The text that the volume's name is the hash of. A change of its shape renames every volume.
std::string manifest_text(const HarnessLock& lock);

}  // namespace milepost
