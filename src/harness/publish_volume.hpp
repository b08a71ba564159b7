#pragma once

#include "milepost/harness/volume.hpp"

#include "harness/populate.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace milepost {

/// Makes sure that the volume of this lock is complete; when it is not, an empty one is filled by `fill`
/// under a host lock, checked and published, or nothing is left of it. See ensure_volume.
std::optional<std::string> publish_volume(const VolumeContext& context, const HarnessLock& lock,
                                          const FillVolume& fill);

/// The host lock of whoever fills or removes a volume.
std::filesystem::path volume_lock(const std::filesystem::path& directory, const std::string& volume);

}  // namespace milepost
