#pragma once

#include "milepost/base/time.hpp"

#include <stop_token>
#include <thread>

namespace milepost {

/// A stop request that comes of itself after a time, unless the object is gone by then.
class StopAfter {
 public:
  explicit StopAfter(Milliseconds limit);
  StopAfter(const StopAfter&) = delete;
  StopAfter& operator=(const StopAfter&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread clock_;
};

}  // namespace milepost
