#pragma once

#include <filesystem>
#include <string>

namespace milepost {

/// The label that tells one volume of a name from the next one of the same name; a random value, chosen when
/// the volume is made.
inline constexpr const char* k_instance_label = "milepost.instance";

/// What this machine remembers of a volume that it saw complete: the value of its instance label. A label
/// proves nothing about what is in a volume, but engines cannot change it, so together with this record it
/// proves that the volume is still the one whose marker was read. "" when there is no record, or none that
/// can be read.
std::string seen_complete(const std::filesystem::path& directory, const std::string& volume);
void remember_complete(const std::filesystem::path& directory, const std::string& volume,
                       const std::string& instance);
void forget_complete(const std::filesystem::path& directory, const std::string& volume);

}  // namespace milepost
