#pragma once

#include "milepost/plan/diagnostic.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// The text of a plan as lines. Without a byte-order mark; invalid UTF-8 and NUL bytes are U+FFFD, everything
/// else is as in the file. LF, CRLF and CR end a line. Lines count from 0 here; a Span counts from 1.
class SourceText {
 public:
  /// Adds what had to be repaired to `diagnostics`.
  SourceText(std::string_view bytes, std::vector<Diagnostic>& diagnostics);

  std::uint32_t line_count() const { return static_cast<std::uint32_t>(starts_.size()); }
  /// One line without its line end.
  std::string_view line(std::uint32_t index) const;
  /// The bytes from the start of line `first` to the end of line `last`, without the last line end.
  std::string_view bytes(std::uint32_t first, std::uint32_t last) const;
  /// The same with LF between the lines.
  std::string text(std::uint32_t first, std::uint32_t last) const;
  bool blank(std::uint32_t index) const;

 private:
  Span span_at(std::size_t offset) const;
  std::string text_;
  std::vector<std::uint32_t> starts_;
};

/// `bytes` with LF as the only line end.
std::string with_lf(std::string_view bytes);

}  // namespace milepost::parsing
