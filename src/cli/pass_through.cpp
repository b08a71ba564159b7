#include "pass_through.hpp"

#include <poll.h>
#include <unistd.h>

namespace milepost {

PassThrough::PassThrough(const std::stop_token& stop) : forward_(stop, Forward{ends_}) {}

void PassThrough::on_stdout(std::string_view bytes) {
  put(STDOUT_FILENO, bytes);
}

void PassThrough::on_stderr(std::string_view bytes) {
  put(STDERR_FILENO, bytes);
}

void PassThrough::put(int fd, std::string_view bytes) {
  while (!bytes.empty() && failure_.load() == 0) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // Whoever shares the descriptor with us made it so.
      pollfd ready{fd, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      failure_.store(errno);
      ends_.request_stop();
    }
  }
}

}  // namespace milepost
