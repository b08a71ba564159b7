#include "milepost/base/lock_file.hpp"

#include "milepost/base/error.hpp"

#include "support/scratch_dir.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <thread>

using namespace milepost;
using test::ScratchDir;

namespace {

/// A child process that takes the lock, says so, and holds it until end().
class HoldingChild {
 public:
  explicit HoldingChild(const std::filesystem::path& path) {
    Pipe ready = make_pipe();
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      const auto lock = LockFile::try_acquire(path, "the child");
      write_all(ready.write_end.get(), lock ? "y" : "n", 1, "ready");
      while (true) ::pause();
    }
    char answer = 0;
    REQUIRE(::read(ready.read_end.get(), &answer, 1) == 1);
    REQUIRE(answer == 'y');
  }
  ~HoldingChild() { end(); }
  HoldingChild(const HoldingChild&) = delete;
  HoldingChild& operator=(const HoldingChild&) = delete;

  void end() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("a free lock is taken, and its directory is made") {
  const ScratchDir scratch;
  const auto path = scratch / "locks/run.lock";
  CHECK_FALSE(LockFile::holder_of(path));
  {
    const auto lock = LockFile::try_acquire(path, "pid 12, run x");
    REQUIRE(lock);
    CHECK(LockFile::holder_of(path) == "pid 12, run x");
    CHECK_FALSE(LockFile::try_acquire(path, "another"));
    CHECK(LockFile::holder_of(path) == "pid 12, run x");
  }
  CHECK_FALSE(LockFile::holder_of(path));
  CHECK(LockFile::try_acquire(path, "another"));
}

TEST_CASE("a lock moves with its object") {
  const ScratchDir scratch;
  auto lock = LockFile::try_acquire(scratch / "l", "a");
  REQUIRE(lock);
  {
    const LockFile moved = std::move(*lock);
    CHECK_FALSE(LockFile::try_acquire(scratch / "l", "b"));
  }
  CHECK(LockFile::try_acquire(scratch / "l", "b"));
}

TEST_CASE("F11: another process's lock is seen, and ends when that process is killed") {
  const ScratchDir scratch;
  HoldingChild child(scratch / "l");
  CHECK_FALSE(LockFile::try_acquire(scratch / "l", "parent"));
  CHECK(LockFile::holder_of(scratch / "l") == "the child");
  child.end();
  CHECK_FALSE(LockFile::holder_of(scratch / "l"));
  CHECK(LockFile::try_acquire(scratch / "l", "parent"));
}

TEST_CASE("F11: a program that was started while the lock was held does not keep it") {
  const ScratchDir scratch;
  auto lock = LockFile::try_acquire(scratch / "l", "parent");
  REQUIRE(lock);
  Pipe started = make_pipe();  // O_CLOEXEC: its end of file says that the exec has happened
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::execlp("sleep", "sleep", "60", nullptr);
    ::_exit(127);
  }
  started.write_end.reset();
  char none = 0;
  REQUIRE(::read(started.read_end.get(), &none, 1) == 0);
  CHECK(::kill(child, 0) == 0);
  lock.reset();
  CHECK(LockFile::try_acquire(scratch / "l", "again"));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));  // it was still running: not the exit of a failed exec
}

TEST_CASE("a waiter is told the holder once and gets the lock when the holder dies") {
  const ScratchDir scratch;
  HoldingChild child(scratch / "l");
  int told = 0;
  const LockFile lock = LockFile::acquire(scratch / "l", "parent", {}, [&](const std::string& holder) {
    ++told;
    CHECK(holder == "the child");
    child.end();
  });
  CHECK(told == 1);
  CHECK(LockFile::holder_of(scratch / "l") == "parent");
}

TEST_CASE("a free lock is acquired without a word") {
  const ScratchDir scratch;
  const LockFile lock =
      LockFile::acquire(scratch / "l", "me", {}, [](const std::string&) { FAIL("nothing to wait for"); });
  CHECK_FALSE(LockFile::try_acquire(scratch / "l", "another"));
}

TEST_CASE("a stop ends the wait for a lock") {
  const ScratchDir scratch;
  const auto held = LockFile::try_acquire(scratch / "l", "me");
  std::stop_source stop;
  CHECK_THROWS_AS(LockFile::acquire(scratch / "l", "waiter", stop.get_token(),
                                    [&](const std::string&) { stop.request_stop(); }),
                  Stopped);
}

TEST_CASE("a free lock is always taken while others ask for its holder") {
  const ScratchDir scratch;
  const auto path = scratch / "l";
  LockFile::try_acquire(path, "first");
  std::atomic<bool> done = false;
  std::thread asker([&] {
    while (!done) LockFile::holder_of(path);
  });
  int refused = 0;
  for (int i = 0; i < 2000; ++i) refused += LockFile::try_acquire(path, "taker") ? 0 : 1;
  done = true;
  asker.join();
  CHECK(refused == 0);
}

TEST_CASE("a symbolic link is not followed to a lock file elsewhere") {
  const ScratchDir scratch;
  scratch.write("precious", "text");
  std::filesystem::create_symlink(scratch / "precious", scratch / "l");
  CHECK_THROWS_AS(LockFile::try_acquire(scratch / "l", "me"), InfraError);
  CHECK(test::slurp(scratch / "precious") == "text");
}

TEST_CASE("a holder is named by its own line from the first moment, never by that of a dead one") {
  const ScratchDir scratch;
  const auto path = scratch / "run.lock";
  for (int round = 0; round < 200; ++round) {
    const std::string name = "holder " + std::to_string(round);
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      const auto lock = LockFile::try_acquire(path, name);
      while (true) ::pause();
    }
    std::optional<std::string> seen;
    while (!seen) seen = LockFile::holder_of(path);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    CHECK(*seen == name);
  }
}
