#include "milepost/base/error.hpp"
#include "milepost/base/stop_fd.hpp"

#include "commands.hpp"
#include "one_container.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace milepost {

namespace {

/// The terminal without line editing and signals, as it was again at the end.
class RawTerminal {
 public:
  RawTerminal() {
    if (::tcgetattr(STDIN_FILENO, &saved_) != 0) throw_errno("cannot read the terminal's settings");
    termios raw = saved_;
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  }
  ~RawTerminal() { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_); }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios saved_{};
};

class TerminalOutput : public OutputSink {
 public:
  void on_stdout(std::string_view bytes) override {
    try {
      write_all(STDOUT_FILENO, bytes.data(), bytes.size(), "to the terminal");
    } catch (const InfraError&) {
      // The terminal is gone; SIGHUP ends the shell.
    }
  }
  void on_stderr(std::string_view bytes) override { on_stdout(bytes); }
};

winsize terminal_size() {
  winsize size{};
  if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) size = {24, 80, 0, 0};
  return size;
}

/// Our keyboard to the shell's, until `done`; a changed size is seen within half a second.
void forward_keyboard(ChannelProcess& shell, winsize size, const std::stop_token& done) {
  const StopFd stopped(done);
  while (true) {
    pollfd ready[] = {{STDIN_FILENO, POLLIN, 0}, {stopped.get(), POLLIN, 0}};
    const int count = ::poll(ready, 2, 500);
    if (count < 0 && errno != EINTR) return;
    if (ready[1].revents) return;
    const winsize now = terminal_size();
    if (now.ws_col != size.ws_col || now.ws_row != size.ws_row) shell.resize(now.ws_col, now.ws_row);
    size = now;
    if (count <= 0 || !ready[0].revents) continue;
    char keys[4096];
    const ssize_t got = ::read(STDIN_FILENO, keys, sizeof keys);
    if (got <= 0) {
      shell.close_input();
      return;
    }
    shell.write_input({keys, static_cast<std::size_t>(got)});
  }
}

}  // namespace

ExitCode shell_command(App& app, const Invocation& invocation) {
  if (!::isatty(STDIN_FILENO) || !::isatty(STDOUT_FILENO)) {
    throw UsageError("shell needs a terminal", "milepost exec -- CMD runs a command without one");
  }
  OneContainer container(app, invocation);
  const winsize size = terminal_size();
  ProcessSpec spec;
  spec.argv = {"bash", "-i"};  // no login shell: /etc/profile would take the harnesses out of PATH
  spec.environment = container.environment();
  // Debian's bashrc sets PS1, so ours comes after it.
  spec.environment.emplace_back("PROMPT_COMMAND=PS1='milepost:\\w\\$ '; unset PROMPT_COMMAND");
  const char* terminal = ::getenv("TERM");
  spec.environment.push_back(std::string("TERM=") + (terminal ? terminal : "xterm"));
  spec.directory = container.directory();
  spec.open_input = true;
  spec.output = OutputMode::pty;
  spec.columns = size.ws_col;
  spec.rows = size.ws_row;
  RunningContainer& running = container.start();
  ProcessEnd end;
  {
    const RawTerminal raw;
    TerminalOutput output;
    ChannelProcess shell = running.start(spec, output);
    const std::jthread keyboard([&](std::stop_token done) { forward_keyboard(shell, size, done); });
    end = shell.wait(app.stop());
  }
  container.stop();
  if (app.signals.signal()) throw Stopped(app.signals.signal());
  if (end.reason == EndReason::channel_lost) throw InfraError("the container was lost: " + end.error);
  return static_cast<ExitCode>(end.exited ? end.code : 128 + end.signal);
}

}  // namespace milepost
