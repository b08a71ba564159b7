#include "milepost/base/fd.hpp"

#include "milepost/base/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace milepost {

void Fd::reset(int fd) noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("cannot make a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

void write_all(int fd, const void* data, std::size_t bytes, const char* what) {
  const char* next = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(fd, next, bytes);
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_errno(std::string("cannot write ") + what);
    }
    next += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

}  // namespace milepost
