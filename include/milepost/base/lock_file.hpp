#pragma once

#include "milepost/base/fd.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace milepost {

/// An advisory lock (of the open file description) on a file, held until destruction or the end of the
/// process, SIGKILL included. The descriptor is O_CLOEXEC: a child never keeps the lock alive. The file
/// stays; only the lock goes.
class LockFile {
 public:
  /// Takes the lock at once or returns nothing. Writes `holder` (one line for people, e.g. "pid 12, run x")
  /// into the file.
  static std::optional<LockFile> try_acquire(const std::filesystem::path& path, const std::string& holder);

  /// Waits for the lock, polling at 100 ms; calls `on_wait` once with the holder's line before the first
  /// wait. Throws Stopped when `stop` is requested.
  static LockFile acquire(const std::filesystem::path& path, const std::string& holder, std::stop_token stop,
                          const std::function<void(const std::string& holder)>& on_wait);

  /// Whether some live process holds the lock now, and what it wrote into the file.
  static std::optional<std::string> holder_of(const std::filesystem::path& path);

  LockFile(LockFile&&) noexcept = default;
  LockFile& operator=(LockFile&&) noexcept = default;

 private:
  explicit LockFile(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace milepost
