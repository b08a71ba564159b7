#pragma once

#include "milepost/base/fd.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace milepost {

/// Records a stream on disk: whole up to `cap_bytes`, beyond it the first and the last half of the cap with
/// one line between them that says how much is missing. Memory use does not depend on the stream. One thread
/// at a time; write() never throws (see problem()).
class RawLog {
 public:
  /// Throws InfraError when the file cannot be made.
  RawLog(std::filesystem::path file, std::uint64_t cap_bytes);
  ~RawLog();
  RawLog(const RawLog&) = delete;
  RawLog& operator=(const RawLog&) = delete;

  void write(std::string_view bytes) noexcept;
  /// Joins head and tail; the file is complete when this returns. Called by the destructor when it was not
  /// before.
  void finish() noexcept;

  std::uint64_t total_bytes() const { return total_; }
  /// Why recording stopped (a full disk); empty while all is well.
  const std::string& problem() const { return problem_; }

 private:
  bool put(const Fd& fd, std::string_view bytes, std::uint64_t at) noexcept;
  void write_tail(std::string_view bytes) noexcept;
  void append_tail(std::uint64_t from, std::uint64_t bytes, std::uint64_t& at) noexcept;

  std::filesystem::path file_;
  std::uint64_t half_;
  Fd head_;
  Fd tail_;  ///< a ring of `half_` bytes in an unlinked file, made when the head is full
  std::uint64_t head_bytes_ = 0, tail_bytes_ = 0, total_ = 0;
  bool finished_ = false;
  std::string problem_;
};

}  // namespace milepost
