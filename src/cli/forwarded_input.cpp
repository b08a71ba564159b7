#include "forwarded_input.hpp"

#include "milepost/base/stop_fd.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace milepost {

namespace {

constexpr std::size_t k_piece_bytes = 64 * 1024;

}  // namespace

bool has_input_to_forward() {
  struct stat info {};
  if (::isatty(STDIN_FILENO) || ::fstat(STDIN_FILENO, &info) != 0) return false;
  const bool is_null =
      S_ISCHR(info.st_mode) && info.st_rdev == ::makedev(1, 3);  // fixed: admin-guide/devices
  return !is_null;
}

ForwardedInput::ForwardedInput(ChannelProcess& process)
    : process_(process), thread_([this](const std::stop_token& done) { forward(done); }) {}

ForwardedInput::~ForwardedInput() {
  thread_.request_stop();
  process_.close_input();  // a process that is not waited for any longer may never read what waits for it
}

void ForwardedInput::forward(const std::stop_token& done) {
  const StopFd stopped(done);
  std::vector<char> piece(k_piece_bytes);
  bool has_read = false;
  while (true) {
    pollfd ready[] = {{STDIN_FILENO, POLLIN, 0}, {stopped.get(), POLLIN, 0}};
    if (::poll(ready, 2, -1) < 0) continue;
    if (ready[1].revents) return;
    const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got > 0) {
      process_.write_input({piece.data(), static_cast<std::size_t>(got)});
      has_read = true;
      continue;
    }
    // What cannot be read at all is no input: nohup opens /dev/null for writing only.
    if (got < 0 && has_read) {
      failure_.store(errno);
      process_.kill_tree();
    }
    return process_.close_input();
  }
}

}  // namespace milepost
