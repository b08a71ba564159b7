#pragma once

#include "milepost/base/fd.hpp"

#include "safe_git.hpp"
#include "tree_changes.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// Copies the user's index into `place`'s git-dir, and gives the place with that copy as its index. The copy
/// is overwritten by the next one.
GitPlace with_users_index(GitPlace place, const std::filesystem::path& index);

/// Changes the user's index under git's own lock (`index.lock`), so that the index and HEAD move together:
/// lock, prepare the new index in a copy, move HEAD, publish. Without publish() the destructor gives the lock
/// back and the index is as it was. A lock that a killed milepost left is finished or removed by recover().
class UserIndex {
 public:
  /// Takes the lock, waiting up to two seconds for another git. Throws InfraError. `place` is where commits
  /// are made; `journal` is a file of milepost that tells recover() about the lock.
  UserIndex(const SafeGit& git, GitPlace place, std::filesystem::path index, std::filesystem::path journal);
  ~UserIndex();
  UserIndex(const UserIndex&) = delete;
  UserIndex& operator=(const UserIndex&) = delete;

  /// Paths that hold staged changes against a commit (nothing: an unborn branch).
  std::vector<std::string> staged(const std::optional<std::string>& head) const;
  /// Makes the new sides of these changes the entries of their paths, in the copy.
  void update(const std::vector<TreeChange>& changes);
  /// Fills the lock file and notes that it is to be published if HEAD is `commit`.
  void prepare(const std::string& commit);
  /// Renames the lock file over the index.
  void publish();

  /// `head_locks`: what a git that was killed while it moved HEAD may have left; removed when it is certain
  /// that one of ours was at it.
  static void recover(const std::filesystem::path& journal, const std::optional<std::string>& head,
                      const std::vector<std::filesystem::path>& head_locks);

 private:
  void note(const std::string& commit) const;

  const SafeGit& git_;
  GitPlace place_;
  std::filesystem::path index_;
  std::filesystem::path lock_path_;
  std::filesystem::path journal_;
  Fd lock_;
};

}  // namespace milepost
