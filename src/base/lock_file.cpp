#include "milepost/base/lock_file.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/stop_fd.hpp"
#include "milepost/base/text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace milepost {

namespace {

Fd open_lock(const std::filesystem::path& path) {
  make_private_directories(path.parent_path());
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) throw_errno("cannot open the lock file " + path.string());
  return fd;
}

bool lock_now(const Fd& fd, int operation) {
  while (::flock(fd.get(), operation | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return false;
    throw_errno("cannot lock");
  }
  return true;
}

std::string text_of(const Fd& fd) {
  char buffer[512];
  const ssize_t got = ::pread(fd.get(), buffer, sizeof buffer, 0);
  return got > 0 ? one_line(std::string_view(buffer, static_cast<std::size_t>(got)), 200) : std::string();
}

/// The holder's line is for people only, so a failure to write it changes nothing.
void write_holder(const Fd& fd, const std::string& holder) {
  const std::string line = holder + "\n";
  if (::ftruncate(fd.get(), 0) != 0 ||
      ::pwrite(fd.get(), line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
    return;
  }
}

}  // namespace

std::optional<LockFile> LockFile::try_acquire(const std::filesystem::path& path, const std::string& holder) {
  Fd fd = open_lock(path);
  if (!lock_now(fd, LOCK_EX)) return std::nullopt;
  write_holder(fd, holder);
  return LockFile(std::move(fd));
}

LockFile LockFile::acquire(const std::filesystem::path& path, const std::string& holder, std::stop_token stop,
                           const std::function<void(const std::string&)>& on_wait) {
  Fd fd = open_lock(path);
  const StopFd stopped(stop);
  bool told = false;
  while (!lock_now(fd, LOCK_EX)) {
    if (!told && on_wait) on_wait(text_of(fd));
    told = true;
    pollfd wake{stopped.get(), POLLIN, 0};
    if (::poll(&wake, 1, 100) > 0) throw Stopped(SIGINT);
  }
  write_holder(fd, holder);
  return LockFile(std::move(fd));
}

std::optional<std::string> LockFile::holder_of(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd || lock_now(fd, LOCK_SH)) return std::nullopt;
  return text_of(fd);
}

}  // namespace milepost
