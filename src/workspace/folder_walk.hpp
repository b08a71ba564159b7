#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

namespace milepost {

/// One entry of a directory below the root of a walk.
struct FolderEntry {
  const std::filesystem::path& directory;  ///< relative to the root; empty: the root
  const std::string& name;
  unsigned char type;  ///< DT_DIR, DT_REG, DT_LNK, …

  std::filesystem::path path() const { return directory / name; }
};

/// Shows every entry below the root that this user may see, from the top down; unless `everything`, not the
/// top's `.git`, and not what is in a `node_modules`. Follows no link. False: `limit` entries were shown, and
/// there are more.
bool walk_folder(const std::filesystem::path& root, std::size_t limit,
                 const std::function<void(const FolderEntry&)>& show, bool everything = false);

}  // namespace milepost
