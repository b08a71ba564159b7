#pragma once

#include "milepost/base/sha256.hpp"
#include "milepost/channel/channel.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace milepost {

/// Keeps the head and the tail of what a check prints, both streams as they come, and the hash of all of it.
class BoundedOutput : public OutputSink {
 public:
  void on_stdout(std::string_view bytes) override { take(bytes); }
  void on_stderr(std::string_view bytes) override { take(bytes); }

  /// Valid UTF-8; a line says how much is missing in the middle.
  std::string text() const;
  /// Once.
  std::string sha256() { return hash_.hex_digest(); }
  std::uint64_t total_bytes() const { return total_; }

 private:
  void take(std::string_view bytes);
  std::string head_, tail_;
  std::uint64_t total_ = 0;
  Sha256 hash_;
};

}  // namespace milepost
