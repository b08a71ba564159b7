#pragma once

#include "milepost/base/time.hpp"
#include "milepost/workspace/code_folder.hpp"
#include "milepost/workspace/foreign_repository.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
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

/// What was in the code folder when restore() replaced it.
struct KeptSnapshot {
  std::string name;  ///< "before-restore-20261126-093012-4f1c2a"
  std::string time;  ///< "2026-11-26T09:30:12.000Z"
};

/// A time in which nobody but the user worked in the code folder.
struct UsersTime {
  Snapshot from, to;
};

struct CommitRequest {
  Snapshot before;  ///< the attempt's start: what changed since belongs to the task
  std::string message;
  std::vector<UsersTime> users = {};  ///< since then, in order: what changed only in these stays uncommitted
};

struct CommitResult {
  std::optional<std::string> commit;  ///< nothing when HEAD already has every change
  std::vector<ChangedPath> changed;   ///< since `before`, without what only the user changed
  std::vector<std::string> swept;     ///< paths that held uncommitted work of the user before the attempt or
                                      ///< in `users` (on disk or staged), and are in the commit
};

struct ShadowGitOptions {
  std::stop_token stop;  ///< ends a running git; the call throws InfraError
  /// How long a look at the work tree may take before one asks whether the agent planted something that git
  /// waits for.
  Milliseconds patience = std::chrono::seconds(60);
};

/// All of milepost's git work on a code folder, done with a git-dir, index and configuration of its own below
/// the state directory: nothing in the work tree's or the agent's reach can make git on the host execute a
/// program (docs/security.md). Repositories inside the work tree (submodules, or planted ones) are never
/// entered. One thread at a time; several processes may hold one on the same directory. Throws InfraError
/// with git's words.
class ShadowGit {
 public:
  /// Opens or makes the shadow repository in `directory`. Throws EnvironmentError when git is missing.
  ShadowGit(CodeFolder folder, std::filesystem::path directory, ShadowGitOptions options = {});
  ~ShadowGit();
  ShadowGit(ShadowGit&&) noexcept;
  ShadowGit& operator=(ShadowGit&&) = delete;

  /// HEAD's commit; nothing in a repository without commits. `branch`: "main"; nothing when detached.
  std::optional<std::string> head() const;
  std::optional<std::string> branch() const;
  /// The commit that a branch, tag or abbreviated id means in the user's repository; nothing when there is
  /// none.
  std::optional<std::string> commit_of(const std::string& name) const;
  /// Writes what a commit has at these paths below `target` (exported_tree.hpp); returns those that it has.
  std::vector<std::string> export_paths(const std::string& commit, const std::vector<std::string>& paths,
                                        const std::filesystem::path& target) const;
  /// Name → URL of each remote as a push would use it, without logins.
  std::map<std::string, std::string> remotes() const;
  /// The user's "Name <mail>" from their own git configuration. Throws EnvironmentError with the commands
  /// that set it.
  std::string identity() const;
  /// Why commit() would refuse now, with what to do; nothing when all is well. Waits up to two seconds for
  /// another git's locks. Snapshots work in any case.
  std::optional<std::string> commit_problem() const;
  /// Why commit() would refuse for some files: clean/smudge filters such as LFS.
  std::optional<std::string> commit_caution() const;

  /// Records the whole work tree (tracked, and untracked that is not ignored) byte by byte under
  /// refs/milepost/snapshots/`name` ([A-Za-z0-9._-], parts divided by '/'). FIFOs, sockets and devices count
  /// as absent. Throws TamperedError for a planted FIFO that git would wait for.
  Snapshot snapshot(const std::string& name);
  std::optional<Snapshot> find_snapshot(const std::string& name) const;
  std::vector<std::string> snapshots() const;
  /// What restore() kept of what it replaced, oldest first.
  std::vector<KeptSnapshot> kept_snapshots() const;
  /// The user's submodules, and the other repositories in the work tree that are not ignored, which the last
  /// snapshot(), commit() or restore() saw; their state is that of now.
  std::vector<ForeignRepository> foreign_repositories() const;
  /// What no snapshot holds though it is not ignored any more: it was there before an edit of `.gitignore`
  /// uncovered it. A whole directory ends with a slash.
  const std::vector<std::string>& set_aside() const;
  /// Paths that differ between the work tree or the user's index and HEAD now: the user's uncommitted work.
  std::vector<std::string> uncommitted();
  /// What differs between them, without the paths that changed only in the times of `users`, which lie
  /// between the two in order.
  std::vector<ChangedPath> changes(const Snapshot& from, const Snapshot& to,
                                   const std::vector<UsersTime>& users = {}) const;
  /// `git diff --stat`-like lines and the patch, for prompts and reports; at most `limit_bytes`.
  std::string diff(const Snapshot& from, const Snapshot& to, std::size_t limit_bytes) const;

  /// Commits what changed since `before` on top of HEAD, on the user's branch, with the user's identity and
  /// no hook run; brings the user's index up to date for those paths. A HEAD that moves meanwhile is never
  /// overwritten (InfraError). Throws EnvironmentError for what commit_problem() tells.
  CommitResult commit(const CommitRequest& request);
  /// The newest commit reachable from HEAD (at most 1000 back) whose message holds this line; for resuming
  /// after a crash.
  std::optional<std::string> find_commit_with_line(const std::string& line) const;
  /// What a commit changes.
  std::vector<std::string> paths_of(const std::string& commit) const;
  /// Those of the commits that are not reachable from HEAD.
  std::vector<std::string> not_in_head(const std::vector<std::string>& commits) const;
  /// Commits from `base` (exclusive) to HEAD as "abc1234 subject", oldest first.
  std::vector<std::string> commits_since(const std::string& base) const;
  /// Of the newest 1000 commits reachable from HEAD those whose subject holds the text, at most 20, as
  /// "abc1234 subject", newest first.
  std::vector<std::string> commits_naming(const std::string& text) const;

  /// Puts the work tree back to a snapshot; what is there now is recorded first, under "before-restore-…",
  /// which is returned. Paths are written without following links that lead out of the code folder. HEAD and
  /// the user's index stay. Throws UsageError, before anything is changed, when a repository that is not
  /// recorded would be overwritten.
  std::string restore(const Snapshot& snapshot);

  const CodeFolder& folder() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace milepost
