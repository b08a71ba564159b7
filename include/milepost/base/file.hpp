#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace milepost {

/// The bytes of a regular file. Throws UsageError naming the path and the cause when it is missing, not a
/// regular file (a directory, FIFO or device is refused without blocking) or larger than `limit_bytes`.
std::string read_file(const std::filesystem::path& path, std::uint64_t limit_bytes = 16u << 20);

/// As read_file, but nothing when the path does not exist.
std::optional<std::string> read_file_if_exists(const std::filesystem::path& path,
                                               std::uint64_t limit_bytes = 16u << 20);

/// The same of a file below a directory that others can write to: a symbolic link, below `directory` or as
/// the file itself, and a name that leads out of it are refused with a UsageError, and nothing is read
/// through them. `directory` itself may be reached through links.
std::optional<std::string> read_file_beneath_if_exists(const std::filesystem::path& directory,
                                                       const std::filesystem::path& name,
                                                       std::uint64_t limit_bytes = 16u << 20);

/// Makes a directory and its parents, each new one with mode 0700. Throws InfraError.
void make_private_directories(const std::filesystem::path& path);

/// Writes a file (new ones 0600) in place and without a sync, for what a crash may lose. Throws InfraError.
void write_private_file(const std::filesystem::path& path, std::string_view text);

/// Syncs a directory, so that a rename or a new file in it survives a power loss. Throws InfraError.
void sync_directory(const std::filesystem::path& path);

}  // namespace milepost
