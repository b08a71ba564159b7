#pragma once

#include "milepost/workspace/shadow_git.hpp"

#include "safe_git.hpp"
#include "tree_changes.hpp"
#include "user_config.hpp"
#include "user_repository.hpp"
#include "work_tree_recorder.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace milepost {

/// Makes one commit in the user's repository from what changed since a snapshot.
class CommitMaker {
 public:
  CommitMaker(const SafeGit& git, const UserConfig& config, const UserRepository& user, GitPlace commits,
              GitPlace snapshots, WorkTreeRecorder& recorder);

  CommitResult make(const CommitRequest& request);

  /// The first of these paths that a filter of the user's would have to convert: "path (filter 'lfs')".
  std::optional<std::string> filtered(const std::vector<std::string>& paths) const;

  std::filesystem::path index_journal() const { return commits_.git_dir / "index-lock"; }

 private:
  std::string build_tree(const std::optional<std::string>& head, const std::vector<std::string>& present,
                         const std::vector<std::string>& absent) const;
  std::string empty_tree() const;
  std::set<std::string> ignored_now(const std::vector<TreeChange>& changes) const;
  std::set<std::string> held_users_work(const std::vector<TreeChange>& committed,
                                        const CommitRequest& request, const std::string& base) const;
  bool same_after_conversion(const TreeChange& change) const;

  const SafeGit& git_;
  const UserConfig& config_;
  const UserRepository& user_;
  GitPlace commits_;
  GitPlace snapshots_;
  WorkTreeRecorder& recorder_;
};

}  // namespace milepost
