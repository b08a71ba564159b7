#pragma once

#include "milepost/base/fd.hpp"

#include <functional>
#include <stop_token>

namespace milepost {

/// A descriptor that becomes readable when a stop is requested, so that poll() can wait for it.
class StopFd {
 public:
  explicit StopFd(const std::stop_token& token);
  int get() const noexcept { return fd_.get(); }

 private:
  Fd fd_;
  std::stop_callback<std::function<void()>> callback_;
};

}  // namespace milepost
