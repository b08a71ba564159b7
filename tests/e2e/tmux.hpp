#pragma once

#include "support.hpp"

#include <string>
#include <string_view>

namespace milepost::test {

/// A real terminal with a shell in a project's folder: tmux, without anybody who looks at it. `$MILEPOST` is
/// the program, `$OPTIONS` the engine and the harness under test; the prompt is "ready>".
class Tmux {
 public:
  Tmux(Project& project, int columns, int rows);
  ~Tmux();
  Tmux(const Tmux&) = delete;

  /// A command line for the shell.
  void type(const std::string& line) const;
  /// Keys by tmux's names: "C-c".
  void press(const std::string& key) const;
  void resize(int columns, int rows) const;

  /// What is on the screen, without the blanks at the ends of its rows.
  std::string screen() const;
  /// The same with what scrolled off it before, as lines that were not wrapped. `colours`: with escapes.
  std::string everything(bool colours = false) const;
  /// Of tmux: "cursor_flag", "pane_title".
  std::string fact(const std::string& name) const;
  bool has_clipboard() const;

  bool shows(std::string_view text, Clock::duration limit = 30s) const;

 private:
  Ended tmux(Words words) const;
  Project& project_;
  std::string socket_;
};

}  // namespace milepost::test
