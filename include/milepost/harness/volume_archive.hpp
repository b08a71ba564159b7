#pragma once

#include "milepost/harness/volume.hpp"

#include <cstdint>
#include <filesystem>

namespace milepost {

/// A harness volume as one file, for machines without a registry: a tar archive of the volume's files with
/// the lock in front (`milepost-harness-volume.json`) and the SHA-256 of every file at the end
/// (`milepost-files.sha256`), the same for Docker and Podman. Format: docs/state-format.md.

/// Writes the volume of this lock, which must be complete. An existing file is replaced only by a whole one.
/// Returns its size in bytes. Throws UsageError when there is no such volume, InfraError, Stopped.
std::uint64_t export_volume(const VolumeContext& context, const HarnessLock& lock,
                            const std::filesystem::path& file);

/// The lock in front of an archive. Throws UsageError when the file is not such an archive.
HarnessLock archive_lock(const std::filesystem::path& file, std::stop_token stop = {});

/// Makes the volume of the archive's lock out of the archive; nothing is done when it is there and complete.
/// It is published only when every file has the hash of the archive's list, no other file is there, and each
/// harness names its version. Returns its name. Throws UsageError for an archive that is damaged,
/// EnvironmentError for one of another architecture, InfraError, Stopped; then nothing is left.
std::string import_volume(const VolumeContext& context, const HarnessLock& lock,
                          const std::filesystem::path& file);

}  // namespace milepost
