#pragma once

#include "milepost/base/time.hpp"

#include "support/scratch_dir.hpp"

#include <string>
#include <thread>

namespace milepost::test {

/// Whether nothing of the process runs any more; a zombie that nobody has reaped yet counts as gone.
inline bool gone_or_zombie(int pid) {
  const std::string state = slurp("/proc/" + std::to_string(pid) + "/stat");
  return state.empty() || state.find(") Z ") != std::string::npos || state.find(") X ") != std::string::npos;
}

/// The same for a process that was sent SIGKILL a moment ago: the kernel ends it when it is next scheduled.
inline bool soon_gone(int pid) {
  const auto deadline = SteadyClock::now() + std::chrono::seconds(5);
  while (!gone_or_zombie(pid) && SteadyClock::now() < deadline) std::this_thread::yield();
  return gone_or_zombie(pid);
}

}  // namespace milepost::test
