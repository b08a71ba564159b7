#include "milepost/channel/outgoing.hpp"

#include <unistd.h>

#include <cerrno>

namespace milepost::wire {

namespace {
constexpr std::size_t k_compact_bytes = 256 * 1024;
}

Outgoing::Result Outgoing::flush(int fd) {
  while (!empty()) {
    const ssize_t written = ::write(fd, bytes_.data() + sent_, size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      return Result::peer_gone;
    }
    sent_ += static_cast<std::size_t>(written);
  }
  if (empty()) {
    bytes_.clear();
    sent_ = 0;
  } else if (sent_ >= k_compact_bytes) {
    bytes_.erase(0, sent_);
    sent_ = 0;
  }
  return Result::sent;
}

}  // namespace milepost::wire
