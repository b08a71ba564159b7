#include "pass_through.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace milepost {

namespace {

constexpr int k_last_output_ms = 500;

}  // namespace

PassThrough::PassThrough(const std::stop_token& stop)
    : forward_(stop, Forward{ends_}), stopped_(ends_.get_token()) {}

void PassThrough::on_stdout(std::string_view bytes) {
  put(STDOUT_FILENO, bytes);
}

void PassThrough::on_stderr(std::string_view bytes) {
  put(STDERR_FILENO, bytes);
}

void PassThrough::put(int fd, std::string_view bytes) {
  while (!bytes.empty() && failure_.load() == 0 && wait_for_room(fd)) {
    // A pipe that has room takes so much without blocking.
    const ssize_t written = ::write(fd, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      failure_.store(errno);
      ends_.request_stop();
    }
  }
}

bool PassThrough::wait_for_room(int fd) {
  if (given_up_) return false;
  pollfd ready[] = {{fd, POLLOUT, 0}, {stopped_.get(), POLLIN, 0}};
  while (::poll(ready, 2, -1) < 0) {
  }
  if (ready[0].revents) return true;
  // The last words of a command that is stopped are waited for a moment, not for a reader that rests.
  given_up_ = ::poll(ready, 1, k_last_output_ms) <= 0;
  return !given_up_;
}

}  // namespace milepost
