#include "milepost/workspace/safe_file.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace milepost {

namespace fs = std::filesystem;

namespace {

fs::path checked(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  if (path.empty() || path.is_absolute() || normal == "." || *normal.begin() == ".." ||
      path.native().find('\0') != std::string::npos || !normal.has_filename()) {
    throw UsageError("'" + printable(path.native()) + "' is not the path of a file inside the code folder");
  }
  return normal;
}

Fd open_root(const fs::path& root) {
  Fd fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw_errno("cannot open " + root.string());
  return fd;
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

std::string_view kind_of(const struct stat& info) {
  if (S_ISDIR(info.st_mode)) return "a directory";
  if (S_ISFIFO(info.st_mode)) return "a FIFO";
  if (S_ISSOCK(info.st_mode)) return "a socket";
  if (S_ISLNK(info.st_mode)) return "a symbolic link";
  return "a device";
}

bool is_link_refusal(int error) {
  return error == ELOOP || error == EXDEV;
}

/// The directory that is to hold a file, made when missing.
Fd open_parent(const Fd& root, const fs::path& root_path, const fs::path& parent) {
  Fd at = open_beneath(root.get(), ".", O_PATH | O_DIRECTORY);
  if (!at) throw_errno("cannot open " + root_path.string());
  fs::path walked = root_path;
  for (const fs::path& name : parent) {
    walked /= name;
    if (::mkdirat(at.get(), name.c_str(), 0777) != 0 && errno != EEXIST) {
      throw_errno("cannot make directory " + walked.string());
    }
    Fd next = open_beneath(at.get(), name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (!next) {
      if (!is_link_refusal(errno) && errno != ENOTDIR) throw_errno("cannot open " + walked.string());
      throw TamperedError(
          walked.string() + " is not a directory but a link or a file; nothing was written through it",
          "look at it, and remove it if the agent made it");
    }
    at = std::move(next);
  }
  return at;
}

/// Removes the temporary file unless it was renamed.
struct TemporaryName {
  int directory;
  std::string name;
  ~TemporaryName() {
    if (!name.empty()) ::unlinkat(directory, name.c_str(), 0);
  }
};

Fd make_file(const Fd& parent, const std::string& name) {
  return Fd(::openat(parent.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
}

}  // namespace

std::optional<std::string> read_beneath(const fs::path& root, const fs::path& path,
                                        std::uint64_t limit_bytes) {
  const fs::path name = checked(path);
  const std::string shown = printable((root / name).native());
  const Fd root_fd = open_root(root);
  // First only a handle: opening a device for reading can have effects, and a FIFO would wait.
  const Fd handle = open_beneath(root_fd.get(), name, O_PATH | O_NOFOLLOW);
  if (!handle) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    if (is_link_refusal(errno)) {
      throw TamperedError(shown + " is reached through a symbolic link; it was not read",
                          "look at it, and replace the link by a plain file");
    }
    throw UsageError("cannot open " + shown + ": " + reason(errno));
  }
  struct stat info {};
  if (::fstat(handle.get(), &info) != 0) throw UsageError("cannot read " + shown + ": " + reason(errno));
  if (!S_ISREG(info.st_mode)) {
    throw TamperedError(shown + " is " + std::string(kind_of(info)) + ", not a plain file; it was not read");
  }
  if (info.st_nlink > 1) {
    throw TamperedError(shown + " is a hard link to a file that has other names too; it was not read",
                        "replace it by a copy");
  }
  const auto too_large = [&] {
    return UsageError(shown + " is larger than " + human_bytes(limit_bytes) + ", the limit for such a file");
  };
  if (static_cast<std::uint64_t>(info.st_size) > limit_bytes) throw too_large();
  const std::string reopen = "/proc/self/fd/" + std::to_string(handle.get());
  const Fd fd(::open(reopen.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) throw UsageError("cannot read " + shown + ": " + reason(errno));
  std::string text;
  char buffer[64 * 1024];
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw UsageError("cannot read " + shown + ": " + reason(errno));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > limit_bytes) throw too_large();
  }
}

std::optional<unsigned> mode_beneath(const fs::path& root, const fs::path& path) {
  const fs::path name = checked(path);
  const Fd root_fd = open_root(root);
  const Fd parent =
      open_beneath(root_fd.get(), name.has_parent_path() ? name.parent_path() : ".", O_PATH | O_DIRECTORY);
  struct stat info {};
  if (!parent || ::fstatat(parent.get(), name.filename().c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
    return std::nullopt;
  return info.st_mode;
}

void write_beneath(const fs::path& root, const fs::path& path, std::string_view text) {
  const fs::path name = checked(path);
  const std::string shown = printable((root / name).native());
  const Fd root_fd = open_root(root);
  const Fd parent = open_parent(root_fd, root, name.parent_path());
  const std::string file_name = name.filename().string();

  struct stat old {};
  const bool replaces = ::fstatat(parent.get(), file_name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (replaces && S_ISDIR(old.st_mode)) {
    throw TamperedError(shown + " is a directory where a file is to be written", "move it away");
  }
  // One name for one target: what a killed milepost left of it goes when it is written again, before any
  // commit.
  TemporaryName temporary{parent.get(), ".milepost-" + sha256_hex(file_name).substr(0, 12)};
  ::unlinkat(parent.get(), temporary.name.c_str(), 0);
  Fd fd = make_file(parent, temporary.name);
  if (!fd && errno == EEXIST) {  // a directory was planted there
    temporary.name = ".milepost-" + random_hex(12);
    fd = make_file(parent, temporary.name);
  }
  if (!fd) {
    temporary.name.clear();
    throw_errno("cannot write " + shown);
  }
  if (replaces && S_ISREG(old.st_mode)) ::fchmod(fd.get(), old.st_mode & 0777);
  write_all(fd.get(), text.data(), text.size(), shown.c_str());
  if (::fsync(fd.get()) != 0) throw_errno("cannot sync " + shown);
  if (::renameat(parent.get(), temporary.name.c_str(), parent.get(), file_name.c_str()) != 0) {
    throw_errno("cannot replace " + shown);
  }
  temporary.name.clear();
}

}  // namespace milepost
