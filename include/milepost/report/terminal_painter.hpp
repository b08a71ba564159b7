#pragma once

#include "milepost/report/live_frame.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Draws a block of lines at the bottom of a terminal, below whatever scrolls by. Sets no mode and hides
/// nothing, so that the terminal is in order however the process ends; it writes only text, colours, line
/// ends, "cursor up" and "erase" (ECMA-48). One write a frame. A terminal that cannot be written is ignored.
class TerminalPainter {
 public:
  /// `times_continued`: how often the process was continued after a stop (Ctrl-Z), when others have written
  /// below the block; may be empty.
  explicit TerminalPainter(int fd, std::function<unsigned()> times_continued = {});

  /// Asked from the terminal anew; 80x24 when it does not know.
  TerminalSize size() const;
  /// Writes `history` (whole lines) above the block and draws the block anew where it changed. In the
  /// background of a shell (bg) only the history is written. The frame's lines are narrower than the
  /// terminal.
  void paint(std::string_view history, const std::vector<std::string>& frame);
  /// Writes the history, and takes the block away.
  void clear(std::string_view history = {}) { paint(history, {}); }

 private:
  std::size_t rows_of_block(std::size_t columns) const;
  bool in_background() const;
  void write(std::string_view text) const;

  int fd_;
  std::function<unsigned()> times_continued_;
  unsigned continued_ = 0;
  std::vector<std::string> drawn_;
  TerminalSize drawn_for_;
};

}  // namespace milepost
