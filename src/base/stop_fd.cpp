#include "milepost/base/stop_fd.hpp"

#include "milepost/base/error.hpp"

#include <sys/eventfd.h>

namespace milepost {

namespace {

Fd make_event() {
  Fd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) throw_errno("cannot make an event descriptor");
  return fd;
}

}  // namespace

StopFd::StopFd(const std::stop_token& token)
    : fd_(make_event()), callback_(token, [fd = fd_.get()] { ::eventfd_write(fd, 1); }) {}

}  // namespace milepost
