#include "milepost/run/disk_watch.hpp"

#include "milepost/base/text.hpp"
#include "milepost/workspace/written_bytes.hpp"

#include <algorithm>
#include <utility>

namespace milepost {

DiskWatch::DiskWatch(std::vector<std::filesystem::path> folders, DiskLimits limits)
    : folders_(std::move(folders)), limits_(limits) {
  ::clock_gettime(CLOCK_REALTIME_COARSE, &begin_);  // as file systems stamp their files
  for (const auto& folder : folders_) free_at_last_count_ += free_bytes(folder);
}

std::string DiskWatch::exceeded() {
  std::uint64_t free = 0;
  for (const auto& folder : folders_) {
    const std::uint64_t here = free_bytes(folder);
    if (here < limits_.free_bytes)
      return "only " + human_bytes(here) + " are free in " + printable(folder.string()) +
             " (a quarter of setting environment.min_free_disk must stay)";
    free += here;
  }
  return limits_.written_bytes == 0 ? std::string() : look_at_written(free);
}

std::string DiskWatch::look_at_written(std::uint64_t free) {
  // What others free hides what the agent writes: so half of what is left is reason enough to count.
  const std::uint64_t gone = free_at_last_count_ - std::min(free, free_at_last_count_);
  const std::uint64_t left = limits_.written_bytes - std::min(written_at_last_count_, limits_.written_bytes);
  if (gone < left / 2) return {};
  written_at_last_count_ = 0;
  for (const auto& folder : folders_) written_at_last_count_ += bytes_written_since(folder, begin_);
  free_at_last_count_ = free;
  if (written_at_last_count_ <= limits_.written_bytes) return {};
  return "the attempt wrote " + human_bytes(written_at_last_count_) + ", more than " +
         human_bytes(limits_.written_bytes) + " (setting resources.disk)";
}

}  // namespace milepost
