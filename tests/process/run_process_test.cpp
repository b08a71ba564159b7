#include "milepost/base/error.hpp"
#include "milepost/process/process.hpp"

#include "process_state.hpp"
#include "support/scratch_dir.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace milepost;
using namespace std::chrono_literals;
using milepost::test::ScratchDir;
using milepost::test::soon_gone;

namespace {

HostCommand shell(const std::string& script) {
  return {.argv = {"/bin/sh", "-c", script}, .environment = {}, .directory = {}};
}

bool process_exists(int pid) {
  return ::kill(pid, 0) == 0 || errno != ESRCH;
}

}  // namespace

TEST_CASE("a program's output, error output and exit status come back") {
  const RunResult result = run_process(shell("echo out; echo err >&2; exit 3"));
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
  CHECK(result.status.exited);
  CHECK(result.status.code == 3);
  CHECK(result.status.text() == "exit 3");
  CHECK_FALSE(result.success());
}

TEST_CASE("exit 9 and death by SIGKILL are told apart") {
  const RunResult exit_9 = run_process(shell("exit 9"));
  CHECK(exit_9.status.exited);
  CHECK(exit_9.status.code == 9);
  const RunResult killed = run_process(shell("kill -9 $$"));
  CHECK_FALSE(killed.status.exited);
  CHECK(killed.status.signal == 9);
  CHECK(killed.status.text() == "signal 9 (Killed)");
}

TEST_CASE("input of a megabyte reaches the program whole, then end of file") {
  std::string input(1 << 20, 'x');
  for (std::size_t i = 0; i < input.size(); i += 7) input[i] = static_cast<char>(i % 251);
  const RunResult result = run_process({.argv = {"cat"}, .environment = {}, .directory = {}}, {}, input);
  CHECK(result.success());
  CHECK((result.out == input));
}

TEST_CASE("a program that closes its input without reading does not kill us") {
  const std::string input(4 << 20, 'x');
  const RunResult result = run_process(shell("exec <&-; echo done"), {}, input);
  CHECK(result.success());
  CHECK(result.out == "done\n");
}

TEST_CASE("output beyond the limit is read and dropped") {
  RunLimits limits;
  limits.output_bytes = 1000;
  const RunResult result = run_process(shell("head -c 3000000 /dev/zero; echo end >&2"), limits);
  CHECK(result.success());
  CHECK(result.out.size() == 1000);
  CHECK(result.out_truncated);
  CHECK(result.err == "end\n");
}

TEST_CASE("every piece of output is told as it comes, also beyond the limit") {
  std::size_t told = 0;
  RunLimits limits;
  limits.output_bytes = 10;
  limits.on_output = [&](std::string_view bytes) { told += bytes.size(); };
  const RunResult result = run_process(shell("head -c 300000 /dev/zero; echo end >&2"), limits);
  CHECK(told == 300004);
  CHECK(result.out.size() == 10);
}

TEST_CASE("the timeout ends the program and everything in its group, also when SIGTERM is ignored") {
  ScratchDir scratch;
  RunLimits limits;
  limits.timeout = 200ms;
  const std::string script = "trap '' TERM; echo $$ > " + (scratch / "pids").string() +
                             "; sh -c 'trap \"\" TERM; echo $$ >> " + (scratch / "pids").string() +
                             "; while :; do sleep 100; done'; true";
  const RunResult result = run_process(shell(script), limits);
  CHECK(result.timed_out);
  CHECK_FALSE(result.success());
  CHECK(result.status.signal == SIGKILL);
  int first = 0, second = 0;
  REQUIRE(std::sscanf(test::slurp(scratch / "pids").c_str(), "%d %d", &first, &second) == 2);
  CHECK_FALSE(process_exists(first));
  CHECK(soon_gone(second));
}

TEST_CASE("a stop ends the program with SIGTERM") {
  ScratchDir scratch;
  const std::string fifo = (scratch / "ready").string();
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::stop_source stop;
  std::jthread stopper([&] {
    const int fd = ::open(fifo.c_str(), O_RDONLY);  // returns when the program opens its end
    ::close(fd);
    stop.request_stop();
  });
  RunLimits limits;
  limits.stop = stop.get_token();
  const RunResult result =
      run_process(shell("trap 'echo bye; exit 0' TERM; : > " + fifo + "; sleep 100 & wait"), limits);
  CHECK(result.stopped);
  CHECK_FALSE(result.timed_out);
  CHECK(result.out == "bye\n");
  CHECK_FALSE(result.success());
}

TEST_CASE("a stop that was requested before the start ends the program at once") {
  std::stop_source stop;
  stop.request_stop();
  RunLimits limits;
  limits.stop = stop.get_token();
  CHECK(run_process(shell("sleep 100"), limits).stopped);
}

TEST_CASE("a background process that holds the pipes after the end is killed and does not hang us") {
  const RunResult result = run_process(shell("sleep 1000 & echo $!"));
  CHECK(result.status.exited);
  CHECK(result.status.code == 0);
  const int pid = std::atoi(result.out.c_str());
  REQUIRE(pid > 0);
  CHECK(soon_gone(pid));
}

TEST_CASE("a daemon in a session of its own that holds the pipes does not hang us") {
  const RunResult result = run_process(shell("setsid sleep 1000 & echo $!; exec sh -c 'exit 0'"));
  CHECK(result.success());
  ::kill(std::atoi(result.out.c_str()), SIGKILL);
}

TEST_CASE("a program that does not exist is an environment error that names it") {
  CHECK_THROWS_WITH_AS(
      run_process({.argv = {"milepost-no-such-program"}, .environment = {}, .directory = {}}),
      "program 'milepost-no-such-program' is not in PATH", EnvironmentError);
  CHECK_THROWS_AS(run_process({.argv = {"/no/such/program"}, .environment = {}, .directory = {}}),
                  EnvironmentError);
  CHECK_THROWS_AS(run_process({.argv = {"/etc/passwd"}, .environment = {}, .directory = {}}),
                  EnvironmentError);
}

TEST_CASE("a directory that does not exist is named") {
  CHECK_THROWS_WITH_AS(
      run_process({.argv = {"/bin/true"}, .environment = {}, .directory = "/no/such/place"}),
      "cannot start '/bin/true' in the directory '/no/such/place': there is no such directory",
      EnvironmentError);
}

TEST_CASE("a failed start leaves no zombie") {
  ScratchDir scratch;
  CHECK_THROWS_AS(run_process({.argv = {"/no/such/program"}, .environment = {}, .directory = {}}),
                  EnvironmentError);
  CHECK(test::slurp("/proc/self/task/" + std::to_string(::getpid()) + "/children").empty());
}

TEST_CASE("environment and directory are the ones asked for") {
  ScratchDir scratch;
  const RunResult result = run_process({.argv = {"/bin/sh", "-c", "pwd; echo $A $HOME"},
                                        .environment = std::vector<std::string>{"A=one two"},
                                        .directory = scratch.path()});
  CHECK(result.out == scratch.path().string() + "\none two\n");
}

TEST_CASE("F32: arguments arrive byte-exact, whatever a shell would make of them") {
  const RunResult result =
      run_process({.argv = {"printf", "%s|", "a b", "$(id)", "'\"`\\", "\n", "", "-x", "\xff"},
                   .environment = {},
                   .directory = {}});
  CHECK(result.out == "a b|$(id)|'\"`\\|\n||-x|\xff|");
}

TEST_CASE("a child has only its three streams, default signals, an empty mask and its own group") {
  const int leak = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC on purpose
  sigset_t usr1, old;
  ::sigemptyset(&usr1);
  ::sigaddset(&usr1, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &usr1, &old);
  const auto old_handler = ::signal(SIGPIPE, SIG_IGN);
  const RunResult result =
      run_process(shell("ls /proc/self/fd; grep -E 'Sig(Blk|Ign)' /proc/self/status; "
                        "cut -d' ' -f1,5 /proc/$$/stat"));
  ::signal(SIGPIPE, old_handler);
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
  ::close(leak);
  // 3 is the descriptor that ls itself opens.
  CHECK(result.out.starts_with("0\n1\n2\n3\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n"));
  int pid = 0, group = -1;
  REQUIRE(std::sscanf(result.out.substr(result.out.rfind('\n', result.out.size() - 2)).c_str(), "%d %d", &pid,
                      &group) == 2);
  CHECK(pid == group);
}

TEST_CASE("programs started at once by several threads do not hold each other's pipes") {
  // A leaked write end would keep `cat` from its end of file until the neighbour's sleep is over.
  constexpr int k_rounds = 100;
  std::atomic<int> late = 0;
  for (int round = 0; round < k_rounds; ++round) {
    std::stop_source over;
    std::jthread neighbour([&] {
      RunLimits limits;
      limits.stop = over.get_token();
      limits.timeout = 30s;
      run_process(shell("exec sleep 20"), limits);
    });
    RunLimits limits;
    limits.timeout = 5s;
    const RunResult result = run_process({.argv = {"cat"}, .environment = {}, .directory = {}}, limits, "x");
    if (result.timed_out || result.out != "x") ++late;
    over.request_stop();
  }
  CHECK(late == 0);
}

TEST_CASE("find_program looks through PATH and not into the current directory") {
  ScratchDir scratch;
  const auto program = scratch.write("milepost-probe", "#!/bin/sh\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  scratch.write("not-executable", "x");
  const std::string old_path = ::getenv("PATH");
  ::setenv("PATH", ("/nowhere:" + scratch.path().string()).c_str(), 1);
  CHECK(find_program("milepost-probe") == program);
  CHECK_FALSE(find_program("not-executable"));
  CHECK_FALSE(find_program("milepost-absent"));
  CHECK_FALSE(find_program(""));
  const auto old_directory = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path());
  ::setenv("PATH", ":.:/nowhere", 1);
  CHECK_FALSE(find_program("milepost-probe"));
  std::filesystem::current_path(old_directory);
  ::setenv("PATH", old_path.c_str(), 1);
}
