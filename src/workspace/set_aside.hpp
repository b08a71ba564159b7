#pragma once

#include "safe_git.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

namespace milepost {

/// Files that were ignored and are not any more: what a task's edit of `.gitignore` uncovers, a user's
/// `.env`, is nobody's work. They are left out of every record, and so out of commits and restores, from then
/// on. Kept beside the snapshots, and in their info/exclude.
class SetAside {
 public:
  explicit SetAside(GitPlace snapshots);

  /// Paths relative to the code folder; a whole directory ends with a slash.
  const std::vector<std::string>& paths() const { return paths_; }

  /// Sets aside those of the `untracked` files that the rules in `tree` ignore and that were there at
  /// `since`. Whether there were any.
  bool take(const SafeGit& git, const std::string& tree, const std::vector<std::string>& untracked,
            const timespec& since);

 private:
  GitPlace place_;
  std::vector<std::string> paths_;
};

/// The list in a shadow directory as patterns for its info/exclude.
std::string set_aside_patterns(const std::filesystem::path& shadow_directory);

}  // namespace milepost
