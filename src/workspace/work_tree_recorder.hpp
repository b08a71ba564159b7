#pragma once

#include "milepost/workspace/shadow_git.hpp"

#include "safe_git.hpp"
#include "set_aside.hpp"
#include "user_repository.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Records the work tree in the shadow repository and puts it back. A work tree that rests costs a look at
/// its entries (tree_signature.hpp); the index stays between records, so any other unchanged one costs one
/// `git status`.
class WorkTreeRecorder {
 public:
  WorkTreeRecorder(const CodeFolder& folder, const SafeGit& git, const UserRepository& user, GitPlace place,
                   std::optional<std::filesystem::path> excludes_file);

  Snapshot record();
  void name(const Snapshot& snapshot, const std::string& name) const;
  std::optional<Snapshot> find(const std::string& name) const;
  std::vector<std::string> names() const;

  /// Puts the work tree to the snapshot; the present state must be what record() saw last.
  void put_back(const Snapshot& snapshot);

  /// Whether the user's HEAD and index are as record() saw them last; and that they now are as milepost's own
  /// commit left them, which saves the next record() a look.
  bool knows_users_state() const { return users_state_ == user_.state_signature(); }
  void accept_users_state() { users_state_ = user_.state_signature(); }

  /// Repositories inside the work tree that are not submodules of the user's, as record() saw them last.
  const std::vector<std::string>& nested() const { return nested_; }
  /// What no record holds, though it is not ignored any more.
  const std::vector<std::string>& set_aside() const { return set_aside_.paths(); }
  /// The user's submodules.
  const std::set<std::string>& gitlinks() const { return gitlinks_; }

 private:
  struct Status {
    bool changed = false;
    bool rules_changed = false;     ///< a .gitignore is among what changed
    std::vector<std::string> left;  ///< paths whose present state is not in the index
    std::vector<std::string> untracked;
  };

  void record_by_git();
  void remember(const Snapshot& snapshot);
  Status status();
  RunResult run_status();
  void refuse_hidden_directory(std::string_view words) const;
  void add_everything();
  void drop_what_cannot_be_added(const Status& status, const std::string& words);
  void doubt_same_second_edits();
  bool add_paths(const std::vector<std::string>& paths);
  bool add_tracked_files_of_nested();
  void follow_users_index();
  bool set_aside_what_was_ignored(const Status& now);
  void load_last();
  void set_last(const Snapshot& snapshot);
  bool in_foreign_repository(const std::string& path) const;
  std::vector<std::string> foreign_repositories() const;
  void refuse_to_replace_repositories(const Snapshot& snapshot) const;

  const CodeFolder& folder_;
  const SafeGit& git_;
  const UserRepository& user_;
  GitPlace place_;
  std::optional<std::filesystem::path> excludes_file_;
  SetAside set_aside_;

  std::optional<Snapshot> last_;
  bool has_recorded_ = false;                      ///< this process has
  std::optional<std::string> recorded_signature_;  ///< of the work tree that last_ records
  std::map<std::string, std::string> trees_;       ///< of the commits recorded by this process
  std::string users_state_;
  std::set<std::string> gitlinks_;
  std::vector<std::string> nested_;
  std::vector<std::string> looked_into_;  ///< the nested_ that the user's index was asked about
};

}  // namespace milepost
