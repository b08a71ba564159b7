#pragma once

#include "milepost/harness/volume.hpp"

#include <string>

namespace milepost {

/// Installs the lock's harnesses into an empty volume, tries each one's version command, and writes the
/// marker last. The container's name is made from the volume's, so that the engine itself lets only one do it
/// at a time. Throws InfraError with the end of the installer's output, Stopped.
void populate_volume(const VolumeContext& context, const HarnessLock& lock, const std::string& volume);

/// The name of the container that fills a volume.
std::string populate_container_name(const std::string& volume);

}  // namespace milepost
