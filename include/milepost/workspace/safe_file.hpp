#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace milepost {

/// Host reads and writes inside a folder that an agent may write: never through a link, device, FIFO or a
/// file with a second hard link, never outside the folder (openat2 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS).
/// `path` is relative to `root`; an absolute one, and one that leads out with "..", is a UsageError.

/// The bytes; nothing when there is no such file. Throws TamperedError for anything that is not a plain
/// regular file, UsageError above the limit or when the file may not be read.
std::optional<std::string> read_beneath(const std::filesystem::path& root, const std::filesystem::path& path,
                                        std::uint64_t limit_bytes);

/// st_mode of what is there, itself when it is a link; nothing when there is nothing, or a link on the way.
std::optional<unsigned> mode_beneath(const std::filesystem::path& root, const std::filesystem::path& path);

/// Replaces the file (new inode, renamed over; the old permissions are kept), making parents. Throws
/// TamperedError when a parent is not a directory, or the file is one; InfraError when the disk refuses.
void write_beneath(const std::filesystem::path& root, const std::filesystem::path& path,
                   std::string_view text);

}  // namespace milepost
