#include "milepost/report/terminal_painter.hpp"

#include "milepost/base/display_width.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace milepost {

namespace {

/// A frame line's text without its colours ("ESC [ … m"); there is nothing else in it.
std::string without_colour(std::string_view line) {
  std::string text;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\x1b')
      at = line.find('m', at);
    else
      text += line[at];
    if (at == std::string_view::npos) break;
  }
  return text;
}

/// Takes away the rows above the cursor and its own, where typed keys were echoed. Row by row: "erase below"
/// at a screen's first cell makes tmux keep what it erases among what scrolled off.
std::string erasing(std::size_t rows) {
  if (rows == 0) return {};
  std::string text = "\r\x1b[K";
  for (std::size_t i = 0; i < rows; ++i) text += "\x1b[1A\x1b[K";
  return text;
}

}  // namespace

TerminalPainter::TerminalPainter(int fd, std::function<unsigned()> times_continued)
    : fd_(fd), times_continued_(std::move(times_continued)) {
  if (times_continued_) continued_ = times_continued_();
}

TerminalSize TerminalPainter::size() const {
  winsize size{};
  if (::ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

/// Terminals break lines again when they become narrower, so the block may be higher than it was drawn.
std::size_t TerminalPainter::rows_of_block(std::size_t columns) const {
  std::size_t rows = 0;
  for (const std::string& line : drawn_) {
    const std::size_t width = display_width(without_colour(line));
    rows += width <= columns ? 1 : (width + columns - 1) / columns;
  }
  return rows;
}

bool TerminalPainter::in_background() const {
  const pid_t foreground = ::tcgetpgrp(fd_);  // -1: not the terminal that controls us, so nobody's shell
  return foreground > 0 && foreground != ::getpgrp();
}

void TerminalPainter::paint(std::string_view history, const std::vector<std::string>& frame) {
  if (times_continued_ && times_continued_() != continued_) {
    continued_ = times_continued_();
    drawn_.clear();  // stays where it is: the cursor is below what the shell has written since
  }
  if (in_background()) {
    drawn_.clear();
    write(history);
    return;
  }
  const TerminalSize now = size();
  if (history.empty() && frame == drawn_ && now == drawn_for_) return;
  const std::size_t rows = rows_of_block(now.columns);
  const bool in_place = history.empty() && now == drawn_for_ && rows > 0 && !frame.empty();
  std::string text;
  if (in_place)
    text = "\r\x1b[" + std::to_string(rows) + "A";
  else
    text = erasing(rows);
  text += history;
  for (const std::string& line : frame) text += line + "\x1b[K\n";
  if (in_place) text += "\x1b[J";
  write(text);
  drawn_ = frame;
  drawn_for_ = now;
}

void TerminalPainter::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {  // another program on the terminal may have made it so
      pollfd ready{fd_, POLLOUT, 0};
      if (::poll(&ready, 1, 1000) <= 0) return;
      continue;
    }
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace milepost
