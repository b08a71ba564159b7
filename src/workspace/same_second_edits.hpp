#pragma once

#include <filesystem>
#include <string>

namespace milepost {

/// Entries of an index whose file was changed in the very second that the index remembers for it, as input of
/// `git update-index -z --index-info`, which makes git look into them. Debian's git compares times in whole
/// seconds, so with the size and the modification time put back it takes such a file for unchanged; the
/// nanoseconds, which the index holds too, tell. Costs one read of the index and a stat of the files that
/// changed in the last second before it was written. `id_bytes`: 20, or 32 with SHA-256.
std::string same_second_edits(const std::filesystem::path& index, const std::filesystem::path& root,
                              std::size_t id_bytes);

}  // namespace milepost
