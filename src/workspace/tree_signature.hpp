#pragma once

#include "milepost/base/fd.hpp"
#include "milepost/base/time.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace milepost {

/// What the file system says about every entry of a work tree (its own `.git` apart): two equal signatures
/// mean that no file was changed in between. It goes by the change time, which no program can set, so an edit
/// that puts size and modification time back is seen too.
///
/// Nothing when that cannot be relied on: a file changed within `settled` (a second change might leave the
/// same time; the default is more than the coarsest clock of a file system, FAT's 2 s) or in the future; more
/// entries than `limit`, where git's own index is as quick; an entry that cannot be looked at.
std::optional<std::string> tree_signature(const std::filesystem::path& root, std::size_t limit = 20'000,
                                          Milliseconds settled = Seconds(3));

/// The same of an open directory.
std::optional<std::string> tree_signature(Fd directory, std::size_t limit, Milliseconds settled);

}  // namespace milepost
