#pragma once

#include <cstdint>
#include <filesystem>

namespace milepost {

/// Copies a regular file, replacing `to`; of a larger one the first and the last half of `limit_bytes`, with
/// a line that tells what is left out between them. Throws InfraError.
void copy_bounded(const std::filesystem::path& from, const std::filesystem::path& to,
                  std::uint64_t limit_bytes);

}  // namespace milepost
