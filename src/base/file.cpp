#include "milepost/base/file.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/base/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace milepost {

namespace fs = std::filesystem;

namespace {

std::string reason(int error) {
  return std::generic_category().message(error);
}

bool is_a_directory(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// O_NONBLOCK: opening a FIFO must not wait for a writer; it has no effect on regular files.
constexpr int k_reading = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// What an open file holds; nothing when opening it found none. `error` is errno of that.
std::optional<std::string> read_opened(const Fd& fd, int error, const fs::path& path,
                                       std::uint64_t limit_bytes) {
  if (!fd) {
    if (error == ENOENT || error == ENOTDIR) return std::nullopt;
    if (error == ENXIO) throw UsageError(path.string() + " is not a regular file");  // a socket
    throw UsageError("cannot open " + path.string() + ": " + reason(error));
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) throw UsageError("cannot read " + path.string() + ": " + reason(errno));
  if (S_ISDIR(info.st_mode)) throw UsageError(path.string() + " is a directory, not a file");
  if (!S_ISREG(info.st_mode)) throw UsageError(path.string() + " is not a regular file");
  std::string text;
  char buffer[64 * 1024];
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw UsageError("cannot read " + path.string() + ": " + reason(errno));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > limit_bytes) {
      throw UsageError(path.string() + " is larger than " + human_bytes(limit_bytes) +
                       ", the limit for such a file");
    }
  }
}

std::optional<std::string> read_regular(const fs::path& path, std::uint64_t limit_bytes) {
  const Fd fd(::open(path.c_str(), k_reading));
  return read_opened(fd, errno, path, limit_bytes);
}

}  // namespace

std::string read_file(const fs::path& path, std::uint64_t limit_bytes) {
  auto text = read_regular(path, limit_bytes);
  if (!text) throw UsageError("cannot open " + path.string() + ": " + reason(ENOENT));
  return std::move(*text);
}

std::optional<std::string> read_file_if_exists(const fs::path& path, std::uint64_t limit_bytes) {
  return read_regular(path, limit_bytes);
}

std::optional<std::string> read_file_beneath_if_exists(const fs::path& directory, const fs::path& name,
                                                       std::uint64_t limit_bytes) {
  const fs::path path = directory / name;
  const Fd top(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top) return read_opened(top, errno, directory, limit_bytes);
  const Fd fd = open_beneath(top.get(), name, k_reading | O_NOFOLLOW);
  const int error = errno;
  if (!fd && error == ELOOP) {
    throw UsageError(path.string() + " is a symbolic link, or is reached through one; it was not read",
                     "look where it leads, and put a plain file there");
  }
  if (!fd && error == EXDEV)
    throw UsageError(path.string() + " lies outside of " + directory.string() + "; it was not read");
  return read_opened(fd, error, path, limit_bytes);
}

void make_private_directories(const fs::path& path) {
  if (path.empty() || is_a_directory(path)) return;
  make_private_directories(path.parent_path());
  if (::mkdir(path.c_str(), 0700) == 0) return;
  const int error = errno;
  if (error == EEXIST && is_a_directory(path)) return;  // another process was faster
  errno = error == EEXIST ? ENOTDIR : error;
  throw_errno("cannot make directory " + path.string());
}

void write_private_file(const fs::path& path, std::string_view text) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) throw_errno("cannot write " + path.string());
  write_all(fd.get(), text.data(), text.size(), path.c_str());
}

void sync_directory(const fs::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) throw_errno("cannot sync directory " + path.string());
}

}  // namespace milepost
