#pragma once

#include "milepost/workspace/code_folder.hpp"

#include "safe_git.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace milepost {

/// The user's own repository: what it says is read from its files, or with git commands that touch no file
/// of the work tree.
class UserRepository {
 public:
  UserRepository(const CodeFolder& folder, const SafeGit& git) : folder_(folder), git_(git) {}

  std::optional<std::string> head() const;    ///< HEAD's commit; nothing when unborn
  std::optional<std::string> branch() const;  ///< "main"; nothing when detached
  /// The commit that a branch, tag or abbreviated id means; nothing when there is none.
  std::optional<std::string> commit_of(const std::string& name) const;

  /// "a merge", "a rebase"… that is under way and would swallow a commit; nothing in the normal state.
  std::optional<std::string> operation_under_way() const;

  std::filesystem::path index() const { return folder_.git_dir / "index"; }
  /// Changes whenever the user's index or HEAD does.
  std::string state_signature() const;

  struct Tracked {
    std::vector<std::string> gitlinks;  ///< submodule paths
    std::vector<std::string> ignored;   ///< tracked although an ignore rule matches them
  };
  Tracked tracked(const std::optional<std::filesystem::path>& excludes_file) const;
  /// Tracked paths that match these patterns (git pathspecs).
  std::vector<std::string> tracked_matching(const std::vector<std::string>& pathspecs) const;

  /// Tracked paths that a sparse checkout keeps off the disk.
  std::set<std::string> not_checked_out() const;

  /// Moves HEAD's branch (or a detached HEAD) to `to`, if it still is at `from` (nothing: still unborn);
  /// false when it is not. `environment` names the committer for the reflog.
  bool move_head(const std::optional<std::string>& from, const std::string& to, const std::string& reflog,
                 const std::vector<std::string>& environment) const;
  /// The lock files that git makes while it changes HEAD or the index.
  std::vector<std::filesystem::path> locks() const;
  /// Those of HEAD alone.
  std::vector<std::filesystem::path> head_locks() const;

 private:
  GitPlace place() const { return {.git_dir = folder_.git_dir, .work_tree = folder_.root}; }

  const CodeFolder& folder_;
  const SafeGit& git_;
};

}  // namespace milepost
