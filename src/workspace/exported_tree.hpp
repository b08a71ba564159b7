#pragma once

#include "safe_git.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace milepost {

/// Writes what a commit has at these paths (files, or directories with all that is in them) below `target`,
/// under the same names: regular files alone. A symbolic link becomes a copy of the file of the same commit
/// that it leads to; any other link, and a submodule, is left out. Returns the paths that the commit has.
/// Throws EnvironmentError for more than 10,000 files or 64 MB, or a name that no file of a repository has.
std::vector<std::string> export_tree(const SafeGit& git, const GitPlace& place, const std::string& commit,
                                     const std::vector<std::string>& paths,
                                     const std::filesystem::path& target);

}  // namespace milepost
