#include "milepost/base/stop_fd.hpp"

#include <poll.h>

#include <doctest/doctest.h>

#include <thread>

using namespace milepost;

namespace {

bool readable(const StopFd& fd, int timeout_ms) {
  pollfd wait{fd.get(), POLLIN, 0};
  return ::poll(&wait, 1, timeout_ms) == 1 && (wait.revents & POLLIN) != 0;
}

}  // namespace

TEST_CASE("the descriptor becomes readable at the request to stop, and stays so") {
  std::stop_source source;
  const StopFd fd(source.get_token());
  CHECK_FALSE(readable(fd, 0));
  source.request_stop();
  CHECK(readable(fd, 0));
  CHECK(readable(fd, 0));
}

TEST_CASE("a stop that was requested before is seen") {
  std::stop_source source;
  source.request_stop();
  CHECK(readable(StopFd(source.get_token()), 0));
}

TEST_CASE("a poll that waits is woken from another thread") {
  std::stop_source source;
  const StopFd fd(source.get_token());
  std::jthread stopper([&] { source.request_stop(); });
  CHECK(readable(fd, 60'000));
}

TEST_CASE("a token without a source never stops") {
  const StopFd fd{std::stop_token()};
  CHECK_FALSE(readable(fd, 0));
}
