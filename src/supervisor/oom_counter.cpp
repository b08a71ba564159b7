#include "oom_counter.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

namespace milepost::supervisor {

OomCounter::OomCounter() {
  for (const char* path : {"/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"}) {
    file_.reset(::open(path, O_RDONLY | O_CLOEXEC));
    if (file_) return;
  }
}

std::uint64_t OomCounter::kills() const {
  if (!file_) return 0;
  char text[512];
  const ssize_t length = ::pread(file_.get(), text, sizeof text, 0);
  if (length <= 0) return 0;
  const std::string_view all(text, static_cast<std::size_t>(length));
  constexpr std::string_view key = "oom_kill ";
  for (std::size_t at = all.find(key); at != std::string_view::npos; at = all.find(key, at + 1)) {
    if (at > 0 && all[at - 1] != '\n') continue;
    std::uint64_t count = 0;
    std::from_chars(all.data() + at + key.size(), all.data() + all.size(), count);
    return count;
  }
  return 0;
}

}  // namespace milepost::supervisor
