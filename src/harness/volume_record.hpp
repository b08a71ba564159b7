#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace milepost {

/// The label that tells one volume of a name from the next one of the same name; a random value, chosen when
/// the volume is made.
inline constexpr const char* k_instance_label = "milepost.instance";

/// What this machine remembers of a volume that it saw complete. A label proves nothing about what is in a
/// volume, but engines cannot change it, so together with this record it proves that the volume is still the
/// one whose marker was read. As a published volume never changes, its size is remembered too.
struct VolumeRecord {
  std::string instance;                ///< of its instance label; "": no record, or none that can be read
  std::optional<std::uint64_t> bytes;  ///< unknown in records of earlier versions
};

VolumeRecord seen_complete(const std::filesystem::path& directory, const std::string& volume);
/// Throws InfraError.
void remember_complete(const std::filesystem::path& directory, const std::string& volume,
                       const VolumeRecord& record);
void forget_complete(const std::filesystem::path& directory, const std::string& volume);

}  // namespace milepost
