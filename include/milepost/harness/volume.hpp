#pragma once

#include "milepost/channel/process_spec.hpp"
#include "milepost/container/container_spec.hpp"
#include "milepost/container/engine.hpp"
#include "milepost/harness/lock.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace milepost {

/// The label that every harness volume has, for listing them.
inline constexpr const char* k_volume_label = "milepost.harness-volume";

/// Its label that tells a person what was to be put into it.
inline constexpr const char* k_harnesses_label = "milepost.harnesses";

enum class VolumeState { none_needed, missing, incomplete, complete };

/// What populating and probing a volume needs.
struct VolumeContext {
  const ContainerEngine& engine;
  std::string image;                     ///< the agent image: has node and npm
  std::filesystem::path programs;        ///< Installation::container_programs
  std::filesystem::path lock_directory;  ///< host locks: one populates, the others wait
  /// Install output, one printable line at a time. Called while a function below blocks, also from another
  /// thread than its own; must not throw. May be empty.
  std::function<void(std::string_view line)> on_progress;
  std::stop_token stop;
};

/// Whether the volume of this lock is there and was published complete: its marker file holds the manifest of
/// this lock. Cheap (two engine queries) for a volume that this machine has seen complete before; otherwise a
/// short container reads the marker. Throws InfraError.
VolumeState volume_state(const VolumeContext& context, const HarnessLock& lock);

/// Makes sure that the volume of this lock is complete; populates it under a host lock when it is not (an
/// incomplete one is removed first). Returns its name, nothing when none is needed. Throws InfraError with
/// the end of the installer's output, Stopped.
std::optional<std::string> ensure_volume(const VolumeContext& context, const HarnessLock& lock);

/// Resolves a version ("latest", "2", "2.1.330") of a harness's packages to exact ones with their integrity,
/// by npm in the image. Throws EnvironmentError naming the package and npm's words.
LockedHarness resolve_harness(const VolumeContext& context, const std::string& harness,
                              const std::string& version);

/// What the programs of an image are built for; goes into the lock. Throws EnvironmentError when the image
/// cannot tell.
struct ImagePlatform {
  std::string architecture;  ///< "x86_64"
  std::string libc;          ///< "glibc" or "musl"
};
ImagePlatform image_platform(const VolumeContext& context);

/// The read-only mount of a harness volume at its fixed place.
Mount harness_mount(const std::string& volume);

/// Prints the marker of the mounted harness volume: the proof of completeness in a container that runs
/// anyway, in a millisecond. Fails when there is none.
ProcessSpec marker_command();
/// Whether a marker, as printed, is that of this lock.
bool marker_matches(const HarnessLock& lock, std::string_view marker);

/// Directories to put in front of PATH in a container that mounts the volume, separated by colons; empty when
/// nothing is installed.
std::string harness_path(const HarnessLock& lock);

}  // namespace milepost
