#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace milepost {

/// Longest line that is looked at; Claude Code repeats whole messages in one line (4 MB was seen).
inline constexpr std::size_t k_longest_line_bytes = 16u << 20;

/// What is kept of a line that is no event.
inline constexpr std::size_t k_bad_line_bytes = 4096;

/// Cuts a byte stream, fed in any pieces, into lines. Holds at most one line of the limit's length.
class LineReader {
 public:
  explicit LineReader(std::size_t limit_bytes = k_longest_line_bytes) : limit_bytes_(limit_bytes) {}

  /// `on_line` gets each finished line without its LF or CRLF; `on_bad` gets the start of a line longer than
  /// the limit, as soon as it is, and nothing more of it. Lines of white space alone are dropped.
  void feed(std::string_view bytes, const std::function<void(std::string_view)>& on_line,
            const std::function<void(std::string_view)>& on_bad);
  /// End of the stream: an unfinished line goes to `on_bad`.
  void finish(const std::function<void(std::string_view)>& on_bad);

 private:
  std::size_t limit_bytes_;
  std::string pending_;
  bool skipping_ = false;  ///< inside a line that was too long
};

}  // namespace milepost
