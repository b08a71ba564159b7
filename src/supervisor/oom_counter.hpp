#pragma once

#include "milepost/base/fd.hpp"

#include <cstdint>

namespace milepost::supervisor {

/// How often the kernel killed a process of this container's memory cgroup (v2, or v1).
class OomCounter {
 public:
  OomCounter();
  /// 0 where the cgroup is not mounted.
  std::uint64_t kills() const;

 private:
  Fd file_;
};

}  // namespace milepost::supervisor
