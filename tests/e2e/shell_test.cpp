#include "support.hpp"

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <csignal>

using namespace milepost::test;

namespace {

/// milepost shell at a terminal of its own.
class Terminal {
 public:
  explicit Terminal(const Project& project) {
    const Words environment = project.environment();
    winsize size{};
    size.ws_row = 33;
    size.ws_col = 101;
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    REQUIRE(pid_ >= 0);
    if (pid_ > 0) return;
    if (::chdir(project.folder().c_str()) != 0) ::_exit(126);
    std::vector<char*> variables;
    for (const std::string& word : environment) variables.push_back(const_cast<char*>(word.c_str()));
    variables.push_back(nullptr);
    ::execle(MILEPOST_TEST_PROGRAM, "milepost", "shell", "--harness", "script", "--engine",
             engine_under_test().c_str(), static_cast<char*>(nullptr), variables.data());
    ::_exit(127);
  }
  ~Terminal() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(terminal_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(std::string_view keys) const {
    CHECK(::write(terminal_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }

  /// Whether the text is shown within half a minute, after what the last call found.
  bool shows(std::string_view text) {
    const auto end = Clock::now() + 30s;
    do {
      const std::size_t at = shown_.find(text, seen_);
      if (at == std::string::npos) continue;
      seen_ = at + text.size();
      return true;
    } while (Clock::now() < end && read_some());
    return false;
  }
  const std::string& shown() const { return shown_; }

  int exit_code() {
    while (read_some()) {
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  bool read_some() {
    pollfd ready{terminal_, POLLIN, 0};
    if (::poll(&ready, 1, 30'000) <= 0) return false;
    char bytes[4096];
    const ssize_t got = ::read(terminal_, bytes, sizeof bytes);
    if (got > 0) shown_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  int terminal_ = -1;
  pid_t pid_ = -1;
  std::string shown_;
  std::size_t seen_ = 0;
};

}  // namespace

TEST_CASE("shell is a terminal in the container: keys, size, interrupts and the exit code pass through") {
  const Project project;
  Terminal terminal(project);
  REQUIRE_MESSAGE(terminal.shows("milepost:/workspace"), terminal.shown());
  terminal.type("stty size; echo $((40+2))-$PWD\r");
  CHECK_MESSAGE(terminal.shows("33 101"), terminal.shown());
  CHECK_MESSAGE(terminal.shows("42-/workspace"), terminal.shown());
  // /etc/profile would reset PATH, and with it hide the harnesses.
  terminal.type("shopt -q login_shell || echo not-a-\\login-shell\r");
  CHECK_MESSAGE(terminal.shows("not-a-login-shell"), terminal.shown());
  // The program says itself that it has the terminal.
  terminal.type("sh -c 'echo begun-$((0+1)); exec sleep 300'\r");
  REQUIRE_MESSAGE(terminal.shows("begun-1"), terminal.shown());
  terminal.type("\x03");
  REQUIRE_MESSAGE(terminal.shows("milepost:/workspace"), terminal.shown());
  terminal.type("echo after-$((1+1))\r");
  CHECK_MESSAGE(terminal.shows("after-2"), terminal.shown());
  terminal.type("exit 3\r");
  CHECK(terminal.exit_code() == 3);
  CHECK(project.no_container_within(0s));
}

TEST_CASE("F60: shell without a terminal is refused with the way that works") {
  const Project project;
  const Ended ended = project.milepost({"shell"});
  CHECK(ended.exit == 2);
  CHECK(ended.says("milepost exec"));
}
