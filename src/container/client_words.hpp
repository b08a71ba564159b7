#pragma once

#include "milepost/base/fd.hpp"

#include <mutex>
#include <string>
#include <thread>

namespace milepost {

/// Reads what an engine's client says on its standard error, so that the client never waits for us, and keeps
/// the last part of it.
class ClientWords {
 public:
  explicit ClientWords(Fd error_output);
  /// The last 16 KiB. Any thread.
  std::string tail() const;
  /// Waits until the client closed its standard error, at most a moment.
  void settle();

 private:
  void read(const std::stop_token& stop);

  Fd error_output_;
  Pipe settled_;  ///< its write end closes with the end of the stream
  mutable std::mutex mutex_;
  std::string tail_;
  std::jthread reader_;
};

}  // namespace milepost
