#include "milepost/workspace/tamper_check.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/base/sha256.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_hashed_bytes = 1u << 20;  // of one file; beyond it times and size must do
constexpr std::size_t k_files_read = 1000;        // read whole; the ones after them by times and size
constexpr std::size_t k_files_listed = 50'000;    // beyond it only the number counts
constexpr int k_module_depth = 8;                 // directories below modules/, where names may hold slashes

std::string times_and_size(const struct stat& info) {
  return std::to_string(info.st_ino) + ":" + std::to_string(info.st_size) + ":" +
         std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec) + ":" +
         std::to_string(info.st_ctim.tv_sec) + "." + std::to_string(info.st_ctim.tv_nsec);
}

class Reader {
 public:
  explicit Reader(const CodeFolder& folder) : folder_(folder) {}

  /// Notes one path: its kind, permissions and content; a missing one is no entry.
  void add(const fs::path& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return;
    if (result_.entries.size() >= k_files_listed) {
      result_.entries["(more files)"] = std::to_string(++not_listed_);
      return;
    }
    const std::string mode = std::to_string(info.st_mode & 0177777) + " ";
    std::string value;
    if (S_ISLNK(info.st_mode)) {
      std::error_code ignored;
      value = "link " + fs::read_symlink(path, ignored).string();
    } else if (S_ISREG(info.st_mode)) {
      value = mode + content(path, info);
    } else {
      value = mode;
    }
    result_.entries[shown(path)] = value;
  }

  /// Every file below a directory. Links are noted, never entered.
  void add_tree(const fs::path& directory) {
    add(directory);
    std::error_code error;
    if (fs::is_symlink(fs::symlink_status(directory, error))) return;
    auto entry = fs::recursive_directory_iterator(directory, fs::directory_options::none, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      std::error_code ignored;
      if (!fs::is_directory(entry->symlink_status(ignored))) add(entry->path());
    }
  }

  /// The files that steer git in a git directory.
  void add_git_dir(const fs::path& git_dir) {
    for (const char* name : {"config", "config.worktree", "HEAD", "commondir", "gitdir", "packed-refs",
                             "shallow", "objects/info/alternates"}) {
      add(git_dir / name);
    }
    for (const char* name : {"hooks", "info", "refs"}) add_tree(git_dir / name);
  }

  /// The git directories of submodules: `modules/NAME`, where NAME may hold slashes.
  void add_modules(const fs::path& directory, int depth) {
    std::error_code error;
    for (auto entry = fs::directory_iterator(directory, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      std::error_code ignored;
      if (!fs::is_directory(entry->symlink_status(ignored))) {
        add(entry->path());
      } else if (fs::exists(fs::symlink_status(entry->path() / "HEAD", ignored))) {
        for (const char* name : {"config", "config.worktree", "commondir"}) add(entry->path() / name);
        for (const char* name : {"hooks", "info"}) add_tree(entry->path() / name);
        if (depth > 0) add_modules(entry->path() / "modules", depth - 1);
      } else if (depth > 0) {
        add_modules(entry->path(), depth - 1);
      }
    }
  }

  void add_identity(const fs::path& path) {
    struct stat info {};
    const bool found = ::lstat(path.c_str(), &info) == 0;
    result_.entries[shown(path)] = found ? std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino) +
                                               ":" + std::to_string(info.st_mode & S_IFMT) +
                                               (S_ISREG(info.st_mode) ? " " + content(path, info) : "")
                                         : "missing";
  }

  GitFingerprint take() { return std::move(result_); }

 private:
  std::string shown(const fs::path& path) const {
    return is_beneath(path, folder_.root) ? path.lexically_relative(folder_.root).string() : path.string();
  }

  std::string content(const fs::path& path, const struct stat& info) {
    const bool read_it =
        files_read_ < k_files_read && static_cast<std::size_t>(info.st_size) <= k_hashed_bytes;
    if (!read_it) return times_and_size(info);
    ++files_read_;
    // O_NONBLOCK: it may have become a FIFO since the stat.
    const Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd) return "unreadable";
    // In small pieces: a buffer for the longest file costs more than all that is usually read into it.
    Sha256 hash;
    char piece[16 * 1024];
    for (std::size_t length = 0; length <= k_hashed_bytes;) {
      const ssize_t got = ::read(fd.get(), piece, std::min(sizeof piece, k_hashed_bytes + 1 - length));
      if (got <= 0) break;
      hash.update({piece, static_cast<std::size_t>(got)});
      length += static_cast<std::size_t>(got);
    }
    return hash.hex_digest();
  }

  const CodeFolder& folder_;
  GitFingerprint result_;
  std::size_t files_read_ = 0;
  std::size_t not_listed_ = 0;
};

}  // namespace

GitFingerprint fingerprint(const CodeFolder& folder) {
  Reader reader(folder);
  reader.add_identity(folder.root / ".git");
  reader.add_git_dir(folder.git_dir);
  if (folder.common_dir != folder.git_dir) reader.add_git_dir(folder.common_dir);
  reader.add_modules(folder.common_dir / "modules", k_module_depth);
  if (folder.common_dir != folder.git_dir) reader.add_modules(folder.git_dir / "modules", k_module_depth);
  return reader.take();
}

std::vector<std::string> tampered(const GitFingerprint& before, const GitFingerprint& after) {
  std::set<std::string> paths;
  for (const auto& [path, value] : before.entries) {
    const auto found = after.entries.find(path);
    if (found == after.entries.end() || found->second != value) paths.insert(path);
  }
  for (const auto& [path, value] : after.entries) {
    if (!before.entries.contains(path)) paths.insert(path);
  }
  return {paths.begin(), paths.end()};
}

}  // namespace milepost
