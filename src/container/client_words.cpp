#include "client_words.hpp"

#include "milepost/base/stop_fd.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace milepost {

namespace {

constexpr std::size_t k_tail_bytes = 16u << 10;
constexpr int k_settle_limit_ms = 300;

}  // namespace

ClientWords::ClientWords(Fd error_output)
    : error_output_(std::move(error_output)),
      settled_(make_pipe()),
      reader_([this](const std::stop_token& stop) { read(stop); }) {}

std::string ClientWords::tail() const {
  std::lock_guard lock(mutex_);
  return tail_;
}

void ClientWords::settle() {
  pollfd entry{settled_.read_end.get(), POLLIN, 0};
  ::poll(&entry, 1, k_settle_limit_ms);
}

void ClientWords::read(const std::stop_token& stop) {
  // Not only until the end of the stream: Podman's monitor process may hold it open after the client's end.
  const StopFd stop_fd(stop);
  std::array<pollfd, 2> entries{{{error_output_.get(), POLLIN, 0}, {stop_fd.get(), POLLIN, 0}}};
  std::array<char, 4096> buffer;
  while (!stop.stop_requested()) {
    if (::poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) break;
    if (!entries[0].revents) continue;
    const ssize_t count = ::read(error_output_.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    std::lock_guard lock(mutex_);
    tail_.append(buffer.data(), static_cast<std::size_t>(count));
    if (tail_.size() > k_tail_bytes) tail_.erase(0, tail_.size() - k_tail_bytes);
  }
  settled_.write_end.reset();
}

}  // namespace milepost
