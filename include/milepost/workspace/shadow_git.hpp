#pragma once

#include "milepost/workspace/code_folder.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// One changed path between two snapshots.
struct ChangedPath {
  char status = 'M';  ///< A, M, D, T as in git diff-tree --no-renames
  std::string path;   ///< relative to the root, raw bytes
};

struct Snapshot {
  std::string commit;  ///< in the shadow repository
  std::string tree;
};

struct CommitRequest {
  Snapshot before;  ///< the attempt's start: what changed since belongs to the task
  std::string message;
};

struct CommitResult {
  std::optional<std::string> commit;  ///< nothing when nothing changed
  std::vector<ChangedPath> changed;
  std::vector<std::string> swept;  ///< paths that already held uncommitted work of the user before the
                                   ///< attempt, and are in the commit
};

/// All of milepost's git work on a code folder, done with a git-dir, index and configuration of its own below
/// the state directory: nothing in the work tree's or the agent's reach can make git on the host execute a
/// program (docs/security.md). Not thread-safe. Throws InfraError with git's words.
class ShadowGit {
 public:
  /// Opens or makes the shadow repository in `directory`. Throws EnvironmentError when git is missing or the
  /// repository uses something that is not handled (clean/smudge filters such as LFS: the message says what
  /// to do).
  ShadowGit(CodeFolder folder, std::filesystem::path directory);

  /// HEAD's commit; nothing in a repository without commits. `branch`: "main"; nothing when detached.
  std::optional<std::string> head() const;
  std::optional<std::string> branch() const;
  /// The user's "Name <mail>" from their own git configuration. Throws EnvironmentError with the commands
  /// that set it.
  std::string identity() const;

  /// Records the whole work tree (tracked, and untracked that is not ignored) under
  /// refs/milepost/snapshots/`name`.
  Snapshot snapshot(const std::string& name);
  std::optional<Snapshot> find_snapshot(const std::string& name) const;
  std::vector<std::string> snapshots() const;
  /// Paths that differ between the work tree and HEAD now: the user's uncommitted work.
  std::vector<std::string> uncommitted();
  std::vector<ChangedPath> changes(const Snapshot& from, const Snapshot& to) const;
  /// `git diff --stat`-like lines and the patch, for prompts and reports; at most `limit_bytes`.
  std::string diff(const Snapshot& from, const Snapshot& to, std::size_t limit_bytes) const;

  /// Commits what changed since `before` on top of HEAD, on the user's branch, with the user's identity and
  /// no hook run; brings the user's index up to date for those paths. A HEAD that moves meanwhile is never
  /// overwritten (InfraError).
  CommitResult commit(const CommitRequest& request);
  /// The newest commit reachable from HEAD (at most 1000 back) whose message holds this line; for resuming
  /// after a crash.
  std::optional<std::string> find_commit_with_line(const std::string& line) const;
  /// Commits from `base` (exclusive) to HEAD as "abc1234 subject", oldest first.
  std::vector<std::string> commits_since(const std::string& base) const;

  /// Puts the work tree back to a snapshot; what is there now is recorded first, under "before-restore-…",
  /// which is returned. Paths are written without following links that lead out of the code folder.
  std::string restore(const Snapshot& snapshot);

  const CodeFolder& folder() const { return folder_; }

 private:
  struct Git;
  CodeFolder folder_;
  std::filesystem::path directory_;
};

}  // namespace milepost
