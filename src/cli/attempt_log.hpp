#pragma once

#include "milepost/base/fd.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

namespace milepost {

/// The recorded output files of an attempt, in the order they were made.
std::vector<std::filesystem::path> recordings(const std::filesystem::path& directory);

/// Reads along in an attempt's recorded output while it grows.
class AttemptLog {
 public:
  /// Called with each piece, and without one at the end of a file.
  using Take = std::function<void(std::string_view piece, bool end_of_file)>;

  explicit AttemptLog(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Passes on what was recorded since the last call. Throws InfraError when a file cannot be read.
  void read_on(const Take& take);

 private:
  std::filesystem::path directory_;
  std::size_t file_ = 0;  ///< the one being read, of recordings()
  Fd fd_;
};

}  // namespace milepost
