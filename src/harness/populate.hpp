#pragma once

#include "milepost/harness/volume.hpp"

#include <functional>
#include <string>

namespace milepost {

class InstallContainer;

/// Puts the lock's harnesses into the empty volume that the container mounts. Throws InfraError, Stopped.
using FillVolume =
    std::function<void(const VolumeContext& context, const HarnessLock& lock, InstallContainer& container)>;

/// From the registry; progress is npm's own lines.
void install_by_npm(const VolumeContext& context, const HarnessLock& lock, InstallContainer& container);

/// Fills an empty volume, tries each harness's version command, and writes the marker last. The container's
/// name is made from the volume's, so that the engine itself lets only one do it at a time. Throws InfraError
/// with the end of the installer's output, Stopped.
void populate_volume(const VolumeContext& context, const HarnessLock& lock, const std::string& volume,
                     const FillVolume& fill);

/// The name of the container that fills a volume.
std::string populate_container_name(const std::string& volume);

}  // namespace milepost
