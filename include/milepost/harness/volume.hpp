#pragma once

#include "milepost/container/engine.hpp"
#include "milepost/harness/lock.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace milepost {

enum class VolumeState { none_needed, missing, incomplete, complete };

/// What populating and probing a volume needs.
struct VolumeContext {
  const ContainerEngine& engine;
  std::string image;                                       ///< the agent image: has node and npm
  std::filesystem::path programs;                          ///< Installation::container_programs
  std::filesystem::path lock_directory;                    ///< host locks: one populates, the others wait
  std::function<void(std::string_view line)> on_progress;  ///< install output, one printable line at a time
  std::stop_token stop;
};

/// Whether the volume of this lock is there and was published complete: its marker file holds the manifest of
/// this lock.
VolumeState volume_state(const VolumeContext& context, const HarnessLock& lock);

/// Makes sure that the volume of this lock is complete; populates it under a host lock when it is not (an
/// incomplete one is removed first). Returns its name, nothing when none is needed. Throws InfraError with
/// the end of the installer's output, Stopped.
std::optional<std::string> ensure_volume(const VolumeContext& context, const HarnessLock& lock);

/// Resolves a version ("latest", "2", "2.1.330") of a harness's packages to exact ones with their integrity,
/// by npm in the image. Throws EnvironmentError naming the package and npm's words.
LockedHarness resolve_harness(const VolumeContext& context, const std::string& harness,
                              const std::string& version);

/// Directories to put in front of PATH in a container that mounts the volume.
std::string harness_path(const HarnessLock& lock);

}  // namespace milepost
