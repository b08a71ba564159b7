#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace milepost {

/// The user's repository as found on disk, told without running git on it.
struct CodeFolder {
  std::filesystem::path root;        ///< canonical; the work tree's top
  std::filesystem::path git_dir;     ///< of this work tree (in a linked worktree: …/.git/worktrees/NAME)
  std::filesystem::path common_dir;  ///< objects, refs, config; equals git_dir in a plain repository
  bool dot_git_is_file = false;      ///< worktree or submodule
  std::uint64_t inode = 0;           ///< of the root when it was found: another one is another folder

  /// 16 hex digits that stand for the canonical root: names of state directories and labels.
  std::string key() const;
};

/// Finds the repository that holds `start`. Throws EnvironmentError when there is none, when it is bare, when
/// its `.git` is a symbolic link or leads into the folder itself, when the root is `/`, holds the home
/// directory or `state_directory`, or belongs to another user; the message names the folder, the cause and
/// what to do.
CodeFolder find_code_folder(const std::filesystem::path& start, const std::filesystem::path& state_directory);

}  // namespace milepost
