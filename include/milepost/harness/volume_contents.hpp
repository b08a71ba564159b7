#pragma once

#include "milepost/harness/volume.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace milepost {

/// What is in a harness volume, whichever lock it belongs to.
struct VolumeContents {
  bool complete = false;               ///< its marker holds the manifest that its name is the hash of
  std::optional<std::uint64_t> bytes;  ///< of its files; unknown when it could not be looked into
  std::string harnesses;               ///< "claude 2.1.330, codex 0.1.2" by its marker; not printable()
};

/// Looks into an existing volume in a short container, unless this machine remembers what it saw there.
/// `volume` is as the engine lists it. Throws InfraError, EnvironmentError, Stopped.
VolumeContents look_into_volume(const VolumeContext& context, const ListedVolume& volume);

/// Removes a volume that nobody uses. Returns why it is kept: one that is being filled, or that a container
/// mounts; empty: it is gone.
std::string remove_unused_volume(const VolumeContext& context, const std::string& volume);

}  // namespace milepost
