#pragma once

#include "safe_git.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace milepost {

constexpr std::string_view k_absent_mode = "000000";

/// One line of `git diff-tree --raw -z --no-renames`: both sides of a changed path.
struct TreeChange {
  std::string old_mode;  ///< k_absent_mode: not there
  std::string new_mode;
  std::string old_id;
  std::string new_id;
  char status = 'M';
  std::string path;
};

std::vector<TreeChange> parse_raw_changes(std::string_view output);

/// What differs between two trees (commits will do), in all directories.
std::vector<TreeChange> tree_changes(const SafeGit& git, const GitPlace& place, const std::string& from,
                                     const std::string& to);

}  // namespace milepost
