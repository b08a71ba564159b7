#include "milepost/base/fd.hpp"

#include "support.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace milepost::test;

namespace {

constexpr const char* k_asks = R"(if [ -n "${MILEPOST_ANSWER:-}" ]; then
  echo "$MILEPOST_ANSWER" > answer
else
  printf '```milepost\n%s\n```\n' '{"status": "needs_human", "summary": "I wait.", "question": "Which colour?", "options": ["red", "deep blue"]}'
fi)";

/// milepost on a terminal of its own, as a person starts it.
class OnTerminal {
 public:
  OnTerminal(const Project& project, const Words& words) {
    Words argv = {MILEPOST_TEST_PROGRAM};
    argv.insert(argv.end(), words.begin(), words.end());
    for (const std::string& word :
         {std::string("--engine"), engine_under_test(), std::string("--harness"), std::string("script"),
          std::string("--report-dir"), project.report_directory().string()})
      argv.push_back(word);
    Words environment = project.environment();
    environment.emplace_back("TERM=xterm");
    std::vector<char*> arguments, variables;
    for (std::string& word : argv) arguments.push_back(word.data());
    for (std::string& word : environment) variables.push_back(word.data());
    arguments.push_back(nullptr);
    variables.push_back(nullptr);
    const std::string folder = project.folder().string();
    int terminal = -1;
    pid_ = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (pid_ < 0) throw std::runtime_error("cannot make a terminal");
    if (pid_ == 0) {
      if (::chdir(folder.c_str()) != 0) ::_exit(126);
      ::execve(arguments[0], arguments.data(), variables.data());
      ::_exit(127);
    }
    terminal_.reset(terminal);
    ::fcntl(terminal, F_SETFD, FD_CLOEXEC);
  }

  ~OnTerminal() {
    if (waited_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  OnTerminal(const OnTerminal&) = delete;

  /// Whether the screen shows the text within the limit.
  bool shows(std::string_view text, Clock::duration limit = 60s) {
    return eventually(limit, [&] {
      read_screen();
      return screen_.find(text) != std::string::npos;
    });
  }

  void type(std::string_view keys) {
    REQUIRE(::write(terminal_.get(), keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }

  /// The exit code, as a shell tells it; -1 when it does not end.
  int wait(Clock::duration limit = 60s) {
    int status = 0;
    waited_ = eventually(limit, [&] {
      read_screen();  // a full terminal would hold it up
      return ::waitpid(pid_, &status, WNOHANG) == pid_;
    });
    read_screen();
    if (!waited_) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  const std::string& screen() const { return screen_; }

 private:
  void read_screen() {
    pollfd ready{terminal_.get(), POLLIN, 0};
    char bytes[4096];
    while (::poll(&ready, 1, 0) > 0) {
      const ssize_t got = ::read(terminal_.get(), bytes, sizeof bytes);
      if (got <= 0) return;  // EIO: the other side is closed
      screen_.append(bytes, static_cast<std::size_t>(got));
    }
  }

  milepost::Fd terminal_;
  pid_t pid_ = -1;
  bool waited_ = false;
  std::string screen_;
};

}  // namespace

TEST_CASE("a question is asked on the terminal, and the run goes on with what is typed") {
  const Project project;
  project.plan({{"1.1", "Ask", k_asks}, {"1.2", "After", "cat answer > last"}});
  OnTerminal run(project, {"run", "M1_test.md"});
  const bool asked = run.shows("empty: stop here)> ");
  INFO(run.screen());
  REQUIRE(asked);
  for (const char* text : {"Which colour?", "1. red", "2. deep blue"})
    CHECK_MESSAGE(run.shows(text, 0s), text);
  CHECK(project.containers("running").size() == 1);  // it waits for the answer, not for a new run
  run.type("2\r");
  const int exit = run.wait();
  INFO(run.screen());
  REQUIRE(exit == 0);
  CHECK(project.text("last") == "deep blue\n");
  CHECK(project.report()["sessions"] == 1);
  CHECK(project.task("1.1")["answered"][0]["answer"] == "deep blue");
  CHECK(project.task("1.1")["answered"][0]["how"] == "terminal");
  CHECK(project.no_container_within(0s));
}

TEST_CASE("an empty line at the question stops the run, which a resume on a terminal asks again") {
  const Project project;
  project.plan({{"1.1", "Ask", k_asks}});
  {
    OnTerminal run(project, {"run", "M1_test.md"});
    REQUIRE(run.shows("empty: stop here)> "));
    run.type("\r");
    const int exit = run.wait();
    INFO(run.screen());
    CHECK(exit == 4);
  }
  CHECK(project.no_container_within(0s));
  OnTerminal resume(project, {"resume", "M1_test.md"});
  REQUIRE(resume.shows("empty: stop here)> "));
  CHECK(resume.shows("Which colour?", 0s));
  resume.type("my own\r");
  const int exit = resume.wait();
  INFO(resume.screen());
  REQUIRE(exit == 0);
  CHECK(project.text("answer") == "my own\n");
}

TEST_CASE("keys that came before the question are no answer to it") {
  const Project project;
  project.plan({{"1.1", "Ask", std::string("until test -e go; do sleep 0.05; done\n") + k_asks}});
  OnTerminal run(project, {"run", "M1_test.md"});
  REQUIRE(run.shows("▸ 1.1"));
  run.type("too early\r");
  REQUIRE(run.shows("too early"));  // the terminal has taken it
  project.write("go", "");
  REQUIRE(run.shows("empty: stop here)> "));
  run.type("1\r");
  const int exit = run.wait();
  INFO(run.screen());
  REQUIRE(exit == 0);
  CHECK(project.text("answer") == "red\n");
}

TEST_CASE("Ctrl-C at the question ends the run in order") {
  const Project project;
  project.plan({{"1.1", "Ask", k_asks}});
  OnTerminal run(project, {"run", "M1_test.md"});
  REQUIRE(run.shows("empty: stop here)> "));
  run.type("\x03");
  const int exit = run.wait(20s);
  INFO(run.screen());
  CHECK(exit == 130);
  CHECK(project.no_container_within(0s));
  CHECK(project.report()["exit"]["code"] == 130);
}
