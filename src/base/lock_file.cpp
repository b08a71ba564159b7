#include "milepost/base/lock_file.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/stop_fd.hpp"
#include "milepost/base/text.hpp"

#include <fcntl.h>
#include <poll.h>
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

/// The first byte's lock is the lock; the second's is taken once the holder's line is in the file. Both end
/// with their process, so a line that a dead holder left is never taken for that of a new one.
enum class Byte : off_t { held = 0, named = 1 };

struct flock lock_of(Byte byte, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(byte);
  lock.l_len = 1;
  return lock;
}

/// Takes the lock for this open file description: unlike a classic POSIX lock it does not end when another
/// descriptor of the same file is closed, and unlike flock() it can be asked about without being taken.
bool take_lock(const Fd& fd, Byte byte = Byte::held) {
  struct flock lock = lock_of(byte, F_WRLCK);
  if (::fcntl(fd.get(), F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  throw_errno("cannot lock");
}

bool is_locked(const Fd& fd, Byte byte) {
  struct flock lock = lock_of(byte, F_RDLCK);
  return ::fcntl(fd.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::string text_of(const Fd& fd) {
  char buffer[512];
  const ssize_t got = ::pread(fd.get(), buffer, sizeof buffer, 0);
  return got > 0 ? one_line(std::string_view(buffer, static_cast<std::size_t>(got)), 200) : std::string();
}

/// What the holder says of itself; one that has the lock and no line yet gets a moment to write it. Nothing
/// when the lock is free.
std::optional<std::string> holder_line(const Fd& fd) {
  constexpr int k_tries = 400;
  for (int tries = 0; is_locked(fd, Byte::held); ++tries) {
    if (is_locked(fd, Byte::named)) return text_of(fd);
    if (tries == k_tries) return std::string();
    ::poll(nullptr, 0, 5);
  }
  return std::nullopt;
}

/// The holder's line is for people only, so a failure to write it changes nothing.
void write_holder(const Fd& fd, const std::string& holder) {
  const std::string line = holder + "\n";
  if (::ftruncate(fd.get(), 0) != 0 ||
      ::pwrite(fd.get(), line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
    return;
  }
  take_lock(fd, Byte::named);
}

}  // namespace

std::optional<LockFile> LockFile::try_acquire(const std::filesystem::path& path, const std::string& holder) {
  Fd fd = open_lock(path);
  if (!take_lock(fd)) return std::nullopt;
  write_holder(fd, holder);
  return LockFile(std::move(fd));
}

LockFile LockFile::acquire(const std::filesystem::path& path, const std::string& holder, std::stop_token stop,
                           const std::function<void(const std::string&)>& on_wait) {
  Fd fd = open_lock(path);
  const StopFd stopped(stop);
  bool told = false;
  while (!take_lock(fd)) {
    if (!told && on_wait) on_wait(holder_line(fd).value_or(""));
    told = true;
    pollfd wake{stopped.get(), POLLIN, 0};
    if (::poll(&wake, 1, 100) > 0) throw Stopped(SIGINT);
  }
  write_holder(fd, holder);
  return LockFile(std::move(fd));
}

std::optional<std::string> LockFile::holder_of(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return fd ? holder_line(fd) : std::nullopt;
}

}  // namespace milepost
