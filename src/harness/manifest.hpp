#pragma once

#include "milepost/harness/lock.hpp"

#include <string>
#include <vector>

namespace milepost {

/// The harnesses of a lock that are installed into the volume, sorted by name.
std::vector<LockedHarness> installed_harnesses(const HarnessLock& lock);

/// The text that the volume's name is the hash of. A change of its shape renames every volume.
std::string manifest_text(const HarnessLock& lock);

/// The name of the volume with this manifest.
std::string volume_name_of(const std::string& manifest);

/// "claude 2.1.330, codex 0.1.2".
std::string described(const HarnessLock& lock);

}  // namespace milepost
