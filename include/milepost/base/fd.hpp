#pragma once

#include <cstddef>
#include <utility>

namespace milepost {

/// Owns one file descriptor; -1 means none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

/// Both ends of a pipe, O_CLOEXEC.
struct Pipe {
  Fd read_end;
  Fd write_end;
};

/// Throws InfraError when the process has no descriptor left.
Pipe make_pipe();

/// Writes everything, going on after EINTR and short writes. Throws InfraError naming `what`.
void write_all(int fd, const void* data, std::size_t bytes, const char* what);

}  // namespace milepost
