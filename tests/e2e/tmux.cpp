#include "tmux.hpp"

#include <stdexcept>
#include <utility>

namespace milepost::test {

Tmux::Tmux(Project& project, int columns, int rows)
    : project_(project), socket_((project.base() / "tmux").string()) {
  project.set("LC_ALL", "C.UTF-8");
  project.set("TMUX", "");  // of a tmux that the test runs in
  project.set("MILEPOST", MILEPOST_TEST_PROGRAM);
  project.set("OPTIONS", "--engine " + engine_under_test() + " --harness script --report-dir " +
                             project.report_directory().string());
  const Ended begun =
      tmux({"-f", "/dev/null", "new-session", "-d", "-s", "test", "-x", std::to_string(columns), "-y",
            std::to_string(rows), "PS1='ready> ' exec bash --norc --noprofile"});
  if (begun.exit != 0) throw std::runtime_error("tmux (Debian package tmux) cannot be started: " + begun.err);
  if (shows("ready>")) return;
  tmux({"kill-server"});
  throw std::runtime_error("the shell in tmux shows no prompt");
}

Tmux::~Tmux() {
  tmux({"kill-server"});
}

Ended Tmux::tmux(Words words) const {
  Words argv = {"tmux", "-S", socket_};
  argv.insert(argv.end(), words.begin(), words.end());
  return project_.call(argv, 20s);
}

void Tmux::type(const std::string& line) const {
  tmux({"send-keys", "-t", "test", "-l", line});
  press("Enter");
}

void Tmux::press(const std::string& key) const {
  tmux({"send-keys", "-t", "test", key});
}

void Tmux::resize(int columns, int rows) const {
  tmux({"resize-window", "-t", "test", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

std::string Tmux::screen() const {
  return tmux({"capture-pane", "-p", "-t", "test"}).out;
}

std::string Tmux::everything(bool colours) const {
  Words words = {"capture-pane", "-p", "-J", "-S", "-", "-t", "test"};
  if (colours) words.emplace_back("-e");
  return tmux(std::move(words)).out;
}

std::string Tmux::fact(const std::string& name) const {
  const std::string text = tmux({"display-message", "-p", "-t", "test", "#{" + name + "}"}).out;
  return text.substr(0, text.find('\n'));
}

bool Tmux::has_clipboard() const {
  return !tmux({"list-buffers"}).out.empty();
}

bool Tmux::shows(std::string_view text, Clock::duration limit) const {
  return eventually(limit, [&] { return screen().find(text) != std::string::npos; });
}

}  // namespace milepost::test
