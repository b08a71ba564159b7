#pragma once

#include <cstddef>
#include <string>

namespace milepost::wire {

/// Bytes on their way to a descriptor that does not block.
class Outgoing {
 public:
  enum class Result {
    sent,      ///< everything, or as much as the descriptor takes now
    peer_gone  ///< the other end is closed; errno says how
  };

  /// Frames are appended here.
  std::string& tail() { return bytes_; }
  std::size_t size() const { return bytes_.size() - sent_; }
  bool empty() const { return size() == 0; }
  Result flush(int fd);

 private:
  std::string bytes_;
  std::size_t sent_ = 0;
};

}  // namespace milepost::wire
