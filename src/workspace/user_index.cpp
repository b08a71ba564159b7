#include "user_index.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"

#include "shadow_layout.hpp"
#include "tree_changes.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <thread>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr auto k_lock_patience = std::chrono::seconds(2);
constexpr auto k_lock_poll = std::chrono::milliseconds(20);

/// The name under which a lock file is made, before it becomes the lock.
fs::path unborn(const fs::path& lock) {
  return lock.string() + ".milepost";
}

Fd make_file(const fs::path& path) {
  return Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
}

Fd make_unborn(const fs::path& lock) {
  ::unlink(unborn(lock).c_str());  // of a milepost that was killed
  Fd fd = make_file(unborn(lock));
  if (!fd) throw_errno("cannot lock the index: " + unborn(lock).string());
  return fd;
}

/// Gives the file its name as the lock; false when another git holds it.
bool try_to_take(const fs::path& lock, Fd& fd) {
  if (::link(unborn(lock).c_str(), lock.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  // A file system without hard links.
  fd = make_file(lock);
  if (!fd && errno != EEXIST) throw_errno("cannot lock the index: " + lock.string());
  return static_cast<bool>(fd);
}

void take_lock(const fs::path& lock, Fd& fd) {
  const auto give_up = SteadyClock::now() + k_lock_patience;
  while (!try_to_take(lock, fd)) {
    if (SteadyClock::now() >= give_up) {
      throw InfraError("another git process works in this repository: " + lock.string() + " exists",
                       "wait for it, or, when no git runs: rm " + shell_quote(lock.native()));
    }
    std::this_thread::sleep_for(k_lock_poll);
  }
}

std::string inode_text(const struct stat& info) {
  return std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino);
}

std::string inode_of(const fs::path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 ? inode_text(info) : std::string();
}

/// Removes lock files that nobody gives back within a moment.
void remove_abandoned(const std::vector<fs::path>& locks) {
  constexpr auto k_moment = std::chrono::milliseconds(500);
  for (const fs::path& lock : locks) {
    const std::string inode = inode_of(lock);
    const auto give_up = SteadyClock::now() + k_moment;
    while (!inode.empty() && inode_of(lock) == inode) {
      if (SteadyClock::now() >= give_up) {
        ::unlink(lock.c_str());
        break;
      }
      std::this_thread::sleep_for(k_lock_poll);
    }
  }
}

/// A file's times are part of an index: git looks into entries that are not older than their index.
void copy_times(const fs::path& from, int to) {
  struct stat info {};
  if (::stat(from.c_str(), &info) != 0) throw_errno("cannot look at " + from.string());
  const timespec times[2] = {info.st_atim, info.st_mtim};
  if (::futimens(to, times) != 0) throw_errno("cannot set the times of a copy of " + from.string());
}

void copy_whole(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  if (error) throw InfraError("cannot copy " + from.string() + ": " + error.message());
  const Fd copy(::open(to.c_str(), O_RDONLY | O_CLOEXEC));
  copy_times(from, copy.get());
}

}  // namespace

GitPlace with_users_index(GitPlace place, const fs::path& index) {
  place.index = place.git_dir / "user-index";
  ::unlink(place.index.c_str());
  std::error_code ignored;
  if (fs::exists(index, ignored)) copy_whole(index, place.index);
  // A split index has its larger part in a file beside it, looked for in the git-dir.
  std::error_code error;
  for (auto entry = fs::directory_iterator(index.parent_path(), error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (name.string().starts_with("sharedindex.")) copy_whole(entry->path(), place.git_dir / name);
  }
  return place;
}

UserIndex::UserIndex(const SafeGit& git, GitPlace place, fs::path index, fs::path journal)
    : git_(git),
      place_(std::move(place)),
      index_(std::move(index)),
      lock_path_(index_.string() + ".lock"),
      journal_(std::move(journal)) {
  // Known by its inode before it is a lock: whenever milepost is killed, recover() can tell it from another
  // git's.
  lock_ = make_unborn(lock_path_);
  bool taken = false;
  try {
    note("");
    take_lock(lock_path_, lock_);
    taken = true;
    note("");
    ::unlink(unborn(lock_path_).c_str());
    place_ = with_users_index(std::move(place_), index_);
    place_.keep_untracked_cache = true;
  } catch (...) {
    if (taken) ::unlink(lock_path_.c_str());
    ::unlink(unborn(lock_path_).c_str());
    ::unlink(journal_.c_str());
    throw;
  }
}

UserIndex::~UserIndex() {
  if (lock_) {
    ::unlink(lock_path_.c_str());
    ::unlink(journal_.c_str());
  }
}

std::vector<std::string> UserIndex::staged(const std::optional<std::string>& head) const {
  if (!fs::exists(place_.index)) return {};
  if (!head) return split_nul(git_.output(place_, {"ls-files", "-z"}));
  std::vector<std::string> paths;
  for (TreeChange& change : parse_raw_changes(
           git_.output(place_, {"diff-index", "--cached", "-z", "--raw", "--no-renames", "--no-abbrev",
                                "--no-ext-diff", "--ignore-submodules=all", *head}))) {
    paths.push_back(std::move(change.path));
  }
  return paths;
}

void UserIndex::update(const std::vector<TreeChange>& changes) {
  // By id, never by looking at the files: git would take an entry that seems unchanged as it is.
  std::string entries;
  for (const bool removals : {true, false}) {  // so that a file can become a directory
    for (const TreeChange& change : changes) {
      const bool removed = change.new_mode == k_absent_mode;
      if (removed != removals) continue;
      entries += (removed ? "0" : change.new_mode) + " " + change.new_id + "\t" + change.path + '\0';
    }
  }
  git_.output(place_, {"update-index", "-z", "--index-info"}, entries);
  // Fills in the times of the files; exit 1 only says that the user has changes elsewhere.
  git_.run(place_, {"update-index", "-q", "--refresh"}, {}, {});
}

void UserIndex::note(const std::string& commit) const {
  struct stat info {};
  if (::fstat(lock_.get(), &info) != 0) throw_errno("cannot look at " + lock_path_.string());
  replace_file(journal_, lock_path_.string() + '\0' + inode_text(info) + '\0' + commit + '\0');
}

void UserIndex::prepare(const std::string& commit) {
  struct stat old {};
  if (::stat(index_.c_str(), &old) == 0) ::fchmod(lock_.get(), old.st_mode & 0777);
  const std::string bytes = read_file(place_.index, std::uint64_t{4} << 30);
  write_all(lock_.get(), bytes.data(), bytes.size(), lock_path_.c_str());
  copy_times(place_.index, lock_.get());
  note(commit);
}

void UserIndex::publish() {
  if (::rename(lock_path_.c_str(), index_.c_str()) != 0) throw_errno("cannot replace " + index_.string());
  lock_.reset();
  ::unlink(journal_.c_str());
}

void UserIndex::recover(const fs::path& journal, const std::optional<std::string>& head,
                        const std::vector<fs::path>& head_locks) {
  const auto text = read_file_if_exists(journal, 1u << 20);
  if (!text) return;
  const std::vector<std::string> parts = split_nul(*text);
  if (parts.size() >= 2 && inode_of(unborn(parts[0])) == parts[1]) ::unlink(unborn(parts[0]).c_str());
  if (parts.size() >= 2 && !parts[1].empty() && inode_of(parts[0]) == parts[1]) {
    const fs::path lock = parts[0];
    if (parts.size() > 2 && !parts[2].empty()) remove_abandoned(head_locks);
    const bool moved = parts.size() > 2 && !parts[2].empty() && head == parts[2];
    if (moved) {
      fs::rename(lock, fs::path(lock).replace_extension());
    } else {
      fs::remove(lock);
    }
  }
  ::unlink(journal.c_str());
}

}  // namespace milepost
