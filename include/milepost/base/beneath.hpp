#pragma once

#include "milepost/base/fd.hpp"

#include <filesystem>

namespace milepost {

/// Whether `path` lies below `folder` (not: is it). Both absolute; compared by name, nothing is opened.
bool is_beneath(const std::filesystem::path& path, const std::filesystem::path& folder);

/// openat2 below a directory: no link on the way or at the end, nothing above `directory`. An invalid Fd,
/// with errno, when it cannot be opened. Throws InfraError on a kernel without openat2 (before 5.6).
Fd open_beneath(int directory, const std::filesystem::path& path, int flags);
/// The same along symbolic links that are relative and stay below `directory`.
Fd open_inside(int directory, const std::filesystem::path& path, int flags);

}  // namespace milepost
