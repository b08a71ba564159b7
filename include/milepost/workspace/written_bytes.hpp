#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>

namespace milepost {

/// Bytes on the disk of the files below `folder` that were written or changed since a time (their change
/// time, which no program can set), at most two million of them; `.git` and `node_modules` too. Follows no
/// link.
std::uint64_t bytes_written_since(const std::filesystem::path& folder, const std::timespec& time);

/// Bytes that an ordinary user may still write to the file system of a path. Throws InfraError when it cannot
/// be asked.
std::uint64_t free_bytes(const std::filesystem::path& path);

}  // namespace milepost
