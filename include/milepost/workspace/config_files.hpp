#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace milepost {

/// A file or directory to look for in a code folder.
struct SoughtFile {
  std::string path;       ///< relative to the root; "DIRECTORY/*": each entry of that directory
  bool anywhere = false;  ///< `path` is a name, in every directory
};

/// One that is there.
struct FoundFile {
  std::string path;    ///< as it was sought, relative to the root
  std::string behind;  ///< what a mount over it stands on: the same, or where its symbolic links lead
  bool is_directory = false;

  bool operator==(const FoundFile&) const = default;
};

/// Those that are there, sorted, at most one for each `behind`. At most `entries` entries of directories are
/// looked at, the top's `.git` and `node_modules` not. Throws EnvironmentError for what no mount can stand on
/// as a container sees it: a symbolic link that leads nowhere, out of the folder or to an absolute path, a
/// FIFO.
std::vector<FoundFile> find_config_files(const std::filesystem::path& root,
                                         const std::vector<SoughtFile>& sought,
                                         std::size_t entries = 100'000);

}  // namespace milepost
