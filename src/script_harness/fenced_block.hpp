#pragma once

#include <string>
#include <string_view>

namespace milepost::script_harness {

/// Watches lines for a fenced block that is marked "milepost" and keeps the last complete one, fences
/// included.
class FencedBlock {
 public:
  /// `line` without its end.
  void add_line(std::string_view line);
  /// Empty: there was none.
  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t k_limit_bytes = 256 * 1024;
  std::string open_;
  std::string text_;
  bool is_open_ = false;
};

}  // namespace milepost::script_harness
