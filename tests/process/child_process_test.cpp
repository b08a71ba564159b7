#include "milepost/base/error.hpp"
#include "milepost/process/process.hpp"
#include "milepost/process/sigpipe_block.hpp"

#include "process_state.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

using namespace milepost;
using namespace std::chrono_literals;
using milepost::test::gone_or_zombie;
using milepost::test::soon_gone;

namespace {

HostCommand command(std::vector<std::string> argv) {
  return {.argv = std::move(argv), .environment = {}, .directory = {}};
}

std::string read_line(int fd) {
  std::string line;
  char c = 0;
  while (::read(fd, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

TEST_CASE("a child talks over its pipes and ends at the end of its input") {
  ChildProcess child = ChildProcess::start(command({"cat"}));
  write_all(child.stdin_pipe().get(), "hello\n", 6, "to cat");
  CHECK(read_line(child.stdout_pipe().get()) == "hello");
  CHECK_FALSE(child.wait(0ms));
  child.stdin_pipe().reset();
  const auto status = child.wait(10s);
  REQUIRE(status);
  CHECK(status->success());
  CHECK(child.wait(0ms)->success());
}

TEST_CASE("a child that ends its group with itself leaves nothing behind") {
  int grandchild = 0;
  {
    ChildProcess child = ChildProcess::start(command({"/bin/sh", "-c", "sleep 1000 & echo $!; wait"}));
    grandchild = std::stoi(read_line(child.stdout_pipe().get()));
    CHECK_FALSE(gone_or_zombie(grandchild));
  }
  CHECK(soon_gone(grandchild));
}

TEST_CASE("kill may come from another thread while we wait") {
  ChildProcess child = ChildProcess::start(command({"sleep", "1000"}));
  std::jthread killer([&] { child.kill(SIGTERM); });
  const auto status = child.wait(10s);
  REQUIRE(status);
  CHECK_FALSE(status->exited);
  CHECK(status->signal == SIGTERM);
  killer.join();
  child.kill(SIGKILL);  // after the end: nobody is hit
}

TEST_CASE("writing to a child that closed its input fails with EPIPE under a SigpipeBlock") {
  ChildProcess child = ChildProcess::start(command({"/bin/sh", "-c", "exec <&-; echo closed; sleep 1000"}));
  CHECK(read_line(child.stdout_pipe().get()) == "closed");
  {
    SigpipeBlock block;
    CHECK(::write(child.stdin_pipe().get(), "x", 1) == -1);
    CHECK(errno == EPIPE);
  }
  sigset_t pending;
  ::sigpending(&pending);
  CHECK(::sigismember(&pending, SIGPIPE) == 0);
}

TEST_CASE("a child dies when its parent is killed with SIGKILL") {
  Pipe report = make_pipe();
  const pid_t parent = ::fork();
  REQUIRE(parent >= 0);
  if (parent == 0) {
    ChildProcess child = ChildProcess::start(command({"sleep", "1000"}));
    const int pid = child.pid();
    if (::write(report.write_end.get(), &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  int pid = 0;
  REQUIRE(::read(report.read_end.get(), &pid, sizeof pid) == sizeof pid);
  CHECK_FALSE(gone_or_zombie(pid));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  CHECK(soon_gone(pid));
}

TEST_CASE("a failed start does not run our static destructors or flush our buffers in the child") {
  // The buffered byte would be written twice if the child left through exit().
  Pipe pipe = make_pipe();
  FILE* stream = ::fdopen(::dup(pipe.write_end.get()), "w");
  std::fputc('x', stream);
  CHECK_THROWS_AS(ChildProcess::start(command({"/no/such/program"})), EnvironmentError);
  std::fclose(stream);
  pipe.write_end.reset();
  char buffer[8];
  CHECK(::read(pipe.read_end.get(), buffer, sizeof buffer) == 1);
}
