#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

namespace milepost {

/// What an attempt may do to the disk.
struct DiskLimits {
  std::uint64_t written_bytes = 0;  ///< in all of the folders together (setting resources.disk); 0: no limit
  std::uint64_t free_bytes = 0;     ///< that must stay free where they are
};

/// Looks after the folders that an agent writes, from its construction on. A look costs a question for the
/// free space; the files are only counted when so much of it has gone that the limit may be reached. One
/// thread at a time.
class DiskWatch {
 public:
  DiskWatch(std::vector<std::filesystem::path> folders, DiskLimits limits);

  /// What is exceeded, in words; empty: nothing.
  std::string exceeded();

 private:
  std::string look_at_written(std::uint64_t free);

  std::vector<std::filesystem::path> folders_;
  DiskLimits limits_;
  std::timespec begin_{};
  std::uint64_t free_at_last_count_ = 0;
  std::uint64_t written_at_last_count_ = 0;
};

}  // namespace milepost
