#include "tree_signature.hpp"

#include "milepost/base/sha256.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

namespace milepost {

namespace {

constexpr int k_deepest = 100;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

class Look {
 public:
  Look(std::size_t limit, Milliseconds settled)
      : left_(limit), settled_before_(std::chrono::system_clock::now().time_since_epoch() - settled) {}

  /// Whether everything below the directory was looked at and can be relied on.
  bool into(Fd directory, int depth) {
    if (!directory || depth > k_deepest) return false;
    const std::unique_ptr<DIR, CloseDirectory> listing(::fdopendir(directory.get()));
    if (!listing) return false;
    directory.release();  // the listing's now
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(listing.get());
      if (!entry) {
        hash_.update("/");  // a file at the end of a directory is not one after it
        return errno == 0;
      }
      const std::string_view name = entry->d_name;
      if (name == "." || name == ".." || (depth == 0 && name == ".git")) continue;
      if (left_-- == 0 || !at(::dirfd(listing.get()), name, depth)) return false;
    }
  }

  std::string digest() { return hash_.hex_digest(); }

 private:
  bool at(int parent, std::string_view name, int depth) {
    struct stat info {};
    if (::fstatat(parent, name.data(), &info, AT_SYMLINK_NOFOLLOW) != 0) return false;
    hash_.update({name.data(), name.size() + 1});  // with its NUL
    number(info.st_ino);
    number(info.st_mode);
    if (S_ISDIR(info.st_mode)) {
      return into(Fd(::openat(parent, name.data(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)),
                  depth + 1);
    }
    number(static_cast<unsigned long long>(info.st_size));
    for (const timespec& time : {info.st_mtim, info.st_ctim}) {
      number(static_cast<unsigned long long>(time.tv_sec));
      number(static_cast<unsigned long long>(time.tv_nsec));
    }
    return Seconds(info.st_ctim.tv_sec) + std::chrono::nanoseconds(info.st_ctim.tv_nsec) < settled_before_;
  }

  void number(unsigned long long value) {
    hash_.update({reinterpret_cast<const char*>(&value), sizeof value});
  }

  std::size_t left_;
  std::chrono::nanoseconds settled_before_;  ///< since the epoch
  Sha256 hash_;
};

}  // namespace

std::optional<std::string> tree_signature(const std::filesystem::path& root, std::size_t limit,
                                          Milliseconds settled) {
  return tree_signature(Fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), limit, settled);
}

std::optional<std::string> tree_signature(Fd directory, std::size_t limit, Milliseconds settled) {
  Look look(limit, settled);
  if (!look.into(std::move(directory), 0)) return std::nullopt;
  return look.digest();
}

}  // namespace milepost
