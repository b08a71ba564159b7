#include "work_tree_recorder.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"

#include "same_second_edits.hpp"
#include "shadow_layout.hpp"
#include "tree_changes.hpp"
#include "tree_signature.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_sha1_bytes = 20;
const std::string k_snapshots = "refs/milepost/snapshots";

bool is_ref_name(const std::string& name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
  if (name.empty() || name.size() > 200 || name.find_first_not_of(allowed) != std::string::npos) return false;
  if (name.find("..") != std::string::npos) return false;
  for (const std::string_view part : split(name, '/')) {
    if (part.empty() || part.starts_with('.') || part.starts_with('-') || part.ends_with('.') ||
        part.ends_with(".lock") || part.ends_with(".new"))
      return false;
  }
  return true;
}

/// What is at a path of the work tree, no link followed on the way.
struct Found {
  bool recordable = false;  ///< a regular file or a symbolic link
  bool unreadable = false;  ///< a regular file that may not be read
};

Found look_at(int root, const std::string& path) {
  Found found;
  const fs::path relative(path);
  const Fd parent =
      open_beneath(root, relative.has_parent_path() ? relative.parent_path() : ".", O_PATH | O_DIRECTORY);
  struct stat info {};
  if (!parent || ::fstatat(parent.get(), relative.filename().c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
    return found;
  found.recordable = S_ISREG(info.st_mode) || S_ISLNK(info.st_mode);
  found.unreadable = S_ISREG(info.st_mode) && ::faccessat(parent.get(), relative.filename().c_str(), R_OK,
                                                          AT_EACCESS | AT_SYMLINK_NOFOLLOW) != 0;
  return found;
}

std::vector<std::string> literal(const std::vector<std::string>& paths) {
  std::vector<std::string> pathspecs;
  for (const std::string& path : paths) pathspecs.push_back(":(top,literal)" + path);
  return pathspecs;
}

Fd open_folder(const fs::path& root) {
  Fd fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw_errno("cannot open the code folder " + root.string());
  return fd;
}

}  // namespace

WorkTreeRecorder::WorkTreeRecorder(const CodeFolder& folder, const SafeGit& git, const UserRepository& user,
                                   GitPlace place, std::optional<fs::path> excludes_file)
    : folder_(folder),
      git_(git),
      user_(user),
      place_(std::move(place)),
      excludes_file_(std::move(excludes_file)),
      set_aside_(place_) {}

Snapshot WorkTreeRecorder::record() {
  load_last();
  // Taken before git looks: what changes in between differs from it at the next record.
  std::optional<std::string> signature = tree_signature(folder_.root);
  if (!last_ || !signature || signature != recorded_signature_ || !knows_users_state()) {
    recorded_signature_.reset();
    record_by_git();
    recorded_signature_ = std::move(signature);
  }
  has_recorded_ = true;
  // When a record was made last is when HEAD's file changed last.
  ::utimensat(AT_FDCWD, (place_.git_dir / "HEAD").c_str(), nullptr, 0);
  return *last_;
}

void WorkTreeRecorder::record_by_git() {
  doubt_same_second_edits();
  follow_users_index();
  Status now = status();
  if (add_tracked_files_of_nested()) now = status();
  if (set_aside_what_was_ignored(now)) now = status();
  if (!now.changed && last_) return;
  if (now.changed) add_everything();
  Snapshot snapshot;
  snapshot.tree = std::string(trim(git_.output(place_, {"write-tree"})));
  if (last_ && last_->tree == snapshot.tree) return;
  SafeGit::Options options;
  options.environment = {"GIT_AUTHOR_NAME=milepost", "GIT_AUTHOR_EMAIL=milepost@localhost",
                         "GIT_COMMITTER_NAME=milepost", "GIT_COMMITTER_EMAIL=milepost@localhost"};
  snapshot.commit = std::string(trim(
      git_.output(place_, {"commit-tree", "-m", "the code folder as it was", snapshot.tree}, {}, options)));
  set_last(snapshot);
}

/// Before anything of the present state is in the index, which still holds the rules of the last record. What
/// changed before this process was the user's choice: who stops to ignore a file wants it recorded.
bool WorkTreeRecorder::set_aside_what_was_ignored(const Status& now) {
  struct stat info {};
  if (!has_recorded_ || !now.rules_changed || now.untracked.empty() ||
      ::stat((place_.git_dir / "HEAD").c_str(), &info) != 0)
    return false;
  return set_aside_.take(git_, last_->tree, now.untracked, info.st_mtim);
}

void WorkTreeRecorder::load_last() {
  if (last_) return;
  const auto head = read_file_if_exists(place_.git_dir / "HEAD", 4096);
  if (!head || head->starts_with("ref:")) return;
  Snapshot snapshot{std::string(trim(*head)), {}};
  const RunResult result =
      git_.run(place_, {"rev-parse", "--quiet", "--verify", snapshot.commit + "^{tree}"}, {}, {});
  if (result.success()) {
    snapshot.tree = std::string(trim(result.out));
    remember(snapshot);
  } else {
    // Lost in a crash: begin anew; named snapshots are still there.
    replace_file(place_.git_dir / "HEAD", "ref: refs/heads/none\n");
  }
}

void WorkTreeRecorder::set_last(const Snapshot& snapshot) {
  replace_file(place_.git_dir / "HEAD", snapshot.commit + "\n");
  remember(snapshot);
}

void WorkTreeRecorder::remember(const Snapshot& snapshot) {
  last_ = snapshot;
  trees_[snapshot.commit] = snapshot.tree;
}

void WorkTreeRecorder::doubt_same_second_edits() {
  const std::size_t id_bytes = last_ ? last_->tree.size() / 2 : k_sha1_bytes;
  const std::string edited = same_second_edits(place_.git_dir / "index", folder_.root, id_bytes);
  if (!edited.empty()) git_.output(place_, {"update-index", "-z", "--index-info"}, edited);
}

/// What the user tracks although it is ignored belongs to a record, what is in a submodule does not.
void WorkTreeRecorder::follow_users_index() {
  std::string state = user_.state_signature();
  if (state == users_state_) return;
  const UserRepository::Tracked tracked = user_.tracked(excludes_file_);
  gitlinks_ = {tracked.gitlinks.begin(), tracked.gitlinks.end()};
  if (!gitlinks_.empty()) {
    std::vector<std::string> inside{"ls-files", "-z", "--"};
    for (const std::string& link : gitlinks_) inside.push_back(":(top,literal)" + link);
    const std::string recorded = git_.output(place_, inside);
    if (!recorded.empty()) git_.output(place_, {"update-index", "--force-remove", "-z", "--stdin"}, recorded);
  }
  add_paths(tracked.ignored);
  if (!set_aside_.paths().empty()) add_paths(user_.tracked_matching(literal(set_aside_.paths())));
  users_state_ = std::move(state);
  looked_into_.clear();
}

/// Adds files that `git add` would pass over; whether there were any.
bool WorkTreeRecorder::add_paths(const std::vector<std::string>& paths) {
  const Fd root = open_folder(folder_.root);
  std::vector<std::string> present;
  for (const std::string& path : paths) {
    const Found found = look_at(root.get(), path);
    if (found.recordable && !found.unreadable && !in_foreign_repository(path)) present.push_back(path);
  }
  if (present.empty()) return false;
  git_.output(place_, {"update-index", "--add", "--remove", "--replace", "-z", "--stdin"}, join_nul(present));
  return true;
}

/// A directory with files that the user tracks is no foreign repository, though there may be a `.git` in it.
bool WorkTreeRecorder::add_tracked_files_of_nested() {
  if (nested_.empty() || nested_ == looked_into_) return false;
  looked_into_ = nested_;
  return add_paths(user_.tracked_matching(literal(nested_)));
}

RunResult WorkTreeRecorder::run_status() {
  // Optional locks: this index is ours, and keeps what status learns about unchanged files.
  SafeGit::Options options;
  options.environment = {"GIT_OPTIONAL_LOCKS=1"};
  const std::vector<std::string> arguments{
      "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"};
  RunResult result = git_.run(place_, arguments, {}, options);
  if (!result.success() && !result.stopped && !result.timed_out && fs::exists(place_.git_dir / "index")) {
    // The index is only a cache of what is on disk; one that a crash has damaged is made anew.
    log::warning("the index of the snapshots is made anew; git said: " + result.err);
    fs::remove(place_.git_dir / "index");
    users_state_.clear();
    follow_users_index();
    result = git_.run(place_, arguments, {}, options);
  }
  if (!result.success()) git_.fail(arguments, result);
  refuse_hidden_directory(result.err);
  if (result.out_truncated) throw InfraError("git status printed too much in " + folder_.root.string());
  return result;
}

/// A directory of the user's own that cannot be read now, but can after a chmod: git passes it over with a
/// warning, and a record without it would be a loss. Another user's stays as closed to the agent.
void WorkTreeRecorder::refuse_hidden_directory(std::string_view words) const {
  constexpr std::string_view begin = "could not open directory '", end = "/': Permission denied";
  for (const std::string_view line : lines_of(words)) {
    const std::size_t from = line.find(begin), to = line.rfind(end);
    if (from == std::string_view::npos || to == std::string_view::npos) continue;
    const fs::path directory = folder_.root / line.substr(from + begin.size(), to - from - begin.size());
    struct stat info {};
    if (::lstat(directory.c_str(), &info) != 0 || info.st_uid != ::geteuid()) continue;
    throw InfraError("the directory " + printable(directory.native()) +
                         " cannot be read, so the code folder cannot be recorded",
                     "make it readable: chmod u+rx " + shell_quote(directory.native()));
  }
}

WorkTreeRecorder::Status WorkTreeRecorder::status() {
  const RunResult result = run_status();
  Status status;
  nested_.clear();
  for (const std::string& entry : split_nul(result.out)) {
    if (entry.size() < 4) continue;
    std::string path = entry.substr(3);
    if (entry.starts_with("??") && path.ends_with('/')) {
      // Status enters every untracked directory but a repository.
      path.pop_back();
      if (!in_foreign_repository(path)) nested_.push_back(path);
      continue;
    }
    if (in_foreign_repository(path)) continue;
    status.changed = true;
    status.rules_changed = status.rules_changed || path == ".gitignore" || path.ends_with("/.gitignore");
    if (entry.starts_with("??")) status.untracked.push_back(path);
    if (entry[1] != ' ') status.left.push_back(std::move(path));
  }
  return status;
}

bool WorkTreeRecorder::in_foreign_repository(const std::string& path) const {
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (gitlinks_.contains(path.substr(0, slash))) return true;
  }
  return gitlinks_.contains(path);
}

std::vector<std::string> WorkTreeRecorder::foreign_repositories() const {
  std::vector<std::string> all(gitlinks_.begin(), gitlinks_.end());
  all.insert(all.end(), nested_.begin(), nested_.end());
  return all;
}

void WorkTreeRecorder::add_everything() {
  // A repository that got into the index would make later commands run git inside it, with its own
  // configuration: so none is ever added.
  std::vector<std::string> pathspecs{"."};
  for (const std::string& path : foreign_repositories()) pathspecs.push_back(":(top,exclude,literal)" + path);
  const std::vector<std::string> arguments{"add", "--all", "--ignore-errors", "--pathspec-from-file=-",
                                           "--pathspec-file-nul"};
  const RunResult result = git_.run(place_, arguments, join_nul(pathspecs), {});
  if (result.success()) return;
  if (result.stopped || result.timed_out || result.status.code != 1) git_.fail(arguments, result);
  drop_what_cannot_be_added(status(), result.err);
}

/// FIFOs, sockets and devices count as absent; so does a name that git allows in no repository. A file that
/// cannot be read is an error: a record without it would be a loss.
void WorkTreeRecorder::drop_what_cannot_be_added(const Status& status, const std::string& words) {
  const Fd root = open_folder(folder_.root);
  std::vector<std::string> gone;
  for (const std::string& path : status.left) {
    const Found found = look_at(root.get(), path);
    if (found.unreadable) {
      throw InfraError(printable((folder_.root / path).native()) +
                           " cannot be read, so the code folder cannot be recorded",
                       "make it readable: chmod u+r " + shell_quote((folder_.root / path).native()));
    }
    if (!found.recordable) {
      gone.push_back(path);
    } else if (words.find("invalid path '" + path + "'") == std::string::npos) {
      throw InfraError("git could not record " + printable((folder_.root / path).native()) + ": " +
                       printable(trim(utf8_prefix(words, 1000)), /*keep_newlines=*/true));
    }
    log::warning("not recorded: " + path);
  }
  if (!gone.empty()) git_.output(place_, {"update-index", "--force-remove", "-z", "--stdin"}, join_nul(gone));
}

void WorkTreeRecorder::name(const Snapshot& snapshot, const std::string& name) const {
  if (!is_ref_name(name)) throw UsageError("'" + printable(name) + "' cannot be the name of a snapshot");
  const fs::path ref = place_.git_dir / k_snapshots / name;
  make_private_directories(ref.parent_path());
  replace_file(ref, snapshot.commit + "\n");
}

std::optional<Snapshot> WorkTreeRecorder::find(const std::string& name) const {
  if (!is_ref_name(name)) return std::nullopt;
  std::error_code ignored;
  const fs::path ref = place_.git_dir / k_snapshots / name;
  if (!fs::is_regular_file(ref, ignored)) return std::nullopt;
  Snapshot snapshot{std::string(trim(read_file(ref, 4096))), {}};
  if (const auto known = trees_.find(snapshot.commit); known != trees_.end()) {
    snapshot.tree = known->second;
    return snapshot;
  }
  const RunResult result =
      git_.run(place_, {"rev-parse", "--quiet", "--verify", snapshot.commit + "^{tree}"}, {}, {});
  if (!result.success()) return std::nullopt;
  snapshot.tree = std::string(trim(result.out));
  return snapshot;
}

std::vector<std::string> WorkTreeRecorder::names() const {
  std::vector<std::string> names;
  const fs::path base = place_.git_dir / k_snapshots;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(base, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().lexically_relative(base).string();
    if (entry->is_regular_file() && is_ref_name(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void WorkTreeRecorder::refuse_to_replace_repositories(const Snapshot& snapshot) const {
  const std::vector<std::string> repositories = foreign_repositories();
  if (repositories.empty()) return;
  const auto files = split_nul(git_.output(place_, {"ls-tree", "-r", "-z", "--name-only", snapshot.tree}));
  for (const std::string& file : files) {
    for (const std::string& repository : repositories) {
      if (repository == file || is_beneath("/" + repository, "/" + file)) {
        throw UsageError(
            "the snapshot has a file at " + printable(file) + ", where there is a repository now (" +
                printable(repository) + "), of which nothing is recorded",
            "move it away first: mv " + shell_quote((folder_.root / repository).native()) + " ..");
      }
    }
  }
}

void WorkTreeRecorder::put_back(const Snapshot& snapshot) {
  refuse_to_replace_repositories(snapshot);
  recorded_signature_.reset();
  git_.output(place_, {"read-tree", "--reset", "-u", snapshot.tree});
  set_last(snapshot);
}

}  // namespace milepost
