#include "milepost/container/coding_agent_container.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/version.hpp"

#include "fake_engine.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace milepost;
using namespace std::chrono_literals;
using milepost::test::FakeEngine;
using milepost::test::ScratchDir;

namespace {

/// An engine whose container is the real supervisor, on this machine.
const std::string k_works = "case $verb in run) exec \"$supervisor\";; esac";

constexpr GuardLimits k_short{
    .orderly_end = 5s, .unready_end = 200ms, .removal = 300ms, .late_arrival = 100ms};

/// The pid that a shell writes into a file; it may do so after the supervisor that it started has answered.
int pid_in(const std::filesystem::path& file) {
  for (int tries = 0; tries < 1000; ++tries) {
    const std::string text = test::slurp(file);
    if (text.ends_with('\n')) return std::stoi(text);
    std::this_thread::sleep_for(10ms);
  }
  throw std::runtime_error("no pid in " + file.string());
}

ContainerSpec spec() {
  ContainerSpec spec;
  spec.name = "milepost-test-box";
  spec.image = "image";
  return spec;
}

ProcessSpec shell(const std::string& script) {
  ProcessSpec process;
  process.argv = {"/bin/sh", "-c", script};
  process.environment = {"PATH=/usr/bin:/bin"};
  process.directory = "/tmp";
  return process;
}

/// A guard with the short limits that notes what it could not remove.
struct Guarded {
  explicit Guarded(const FakeEngine& fake) {
    guard.emplace(
        fake.engine(), spec(), [this](const std::string& name) { leftover.push_back(name); }, k_short);
  }
  std::vector<std::string> leftover;
  std::optional<CodingAgentContainer> guard;
};

template <class Error>
std::string start_error(CodingAgentContainer& guard, const ChannelTimes& times = {},
                        std::stop_token stop = {}) {
  try {
    guard.start(times, std::move(stop));
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.next_step();
  }
  return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

constexpr const char* k_rm = "rm --force --volumes -- milepost-test-box";

}  // namespace

TEST_CASE("a guard that was never started asks the engine nothing") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, k_works);
  { Guarded box(fake); }
  CHECK(fake.calls().empty());
}

TEST_CASE("a started container runs processes, and its orderly end needs no further engine call") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, k_works);
  Guarded box(fake);
  RunningContainer& container = box.guard->start({}, {});
  CHECK(container.alive());
  CHECK(container.death().empty());
  CHECK(container.supervisor().version == version());
  CollectingSink sink;
  const ProcessEnd end = container.run(shell("echo hello; exit 3"), sink, {});
  CHECK(end.exited);
  CHECK(end.code == 3);
  CHECK(sink.out == "hello\n");
  CHECK(box.guard->stop());
  box.guard.reset();
  CHECK(box.leftover.empty());
  CHECK(fake.count("run ") == 1);
  CHECK(fake.count("rm") == 0);
}

TEST_CASE("what the container says after its channel was closed does not fail the engine's client") {
  ScratchDir scratch;
  const FakeEngine fake(
      scratch,
      "case $verb in run) trap '' PIPE; \"$supervisor\" | cat; head -c 200000 /dev/zero || exit 1;; "
      "esac");
  Guarded box(fake);
  box.guard->start({}, {});
  CHECK(box.guard->stop());
  CHECK(fake.count("rm") == 0);
}

TEST_CASE("a client that ended with an error does not prove that its container is gone") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, "case $verb in run) \"$supervisor\"; exit 1;; esac");
  Guarded box(fake);
  box.guard->start({}, {});
  CHECK(box.guard->stop());
  CHECK(fake.count(k_rm) == 1);
}

TEST_CASE("the command carries the owner's labels") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, k_works);
  Guarded box(fake);
  box.guard->start({}, {});
  CHECK(contains(fake.calls(), "--label milepost.owner.pid=" + std::to_string(::getpid())));
  CHECK(contains(fake.calls(), "--label milepost.run="));
}

TEST_CASE("F10: an exception that passes the guard ends the container") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, "case $verb in run) echo $$ > $dir/pid; exec \"$supervisor\";; esac");
  try {
    Guarded box(fake);
    box.guard->start({}, {});
    throw std::runtime_error("something else");
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()) == "something else");
  }
  const int pid = std::stoi(test::slurp(scratch / "pid"));
  CHECK(::kill(pid, 0) != 0);
}

TEST_CASE("a container can be started again after its stop, and not before") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, k_works);
  Guarded box(fake);
  box.guard->start({}, {});
  CHECK_THROWS_AS(box.guard->start({}, {}), InternalError);
  CHECK(box.guard->stop());
  CHECK(box.guard->start({}, {}).alive());
}

TEST_CASE("F20: the engine's own words say why a container does not start") {
  ScratchDir scratch;
  SUBCASE("no image: another try cannot help") {
    const FakeEngine fake(
        scratch,
        "case $verb in run) echo 'docker: Error response from daemon: No such image: image.' >&2; "
        "echo \"See 'docker run --help'.\" >&2; exit 125;; esac");
    Guarded box(fake);
    const std::string words = start_error<EnvironmentError>(*box.guard);
    CHECK(contains(words,
                   "docker: cannot start the container milepost-test-box: docker: Error response from "
                   "daemon: No such image: image. | build the image with 'milepost setup'"));
    CHECK_FALSE(contains(words, "--help"));
    box.guard.reset();
    CHECK(box.leftover.empty());
  }
  SUBCASE("no daemon") {
    const FakeEngine fake(scratch, "case $verb in run) echo 'docker: unexpected EOF' >&2; exit 125;; esac");
    Guarded box(fake);
    CHECK(contains(start_error<InfraError>(*box.guard), "unexpected EOF"));
  }
  SUBCASE("a warning is not the cause") {
    const FakeEngine fake(
        scratch,
        "case $verb in run) "
        "echo 'Resource limits are not supported and ignored on cgroups V1 rootless systems' >&2; "
        "echo 'time=\"2026-11-27\" level=warning msg=\"not a shared mount\"' >&2; "
        "[ -e \"$dir/quiet\" ] || echo 'Error: runc: no such file' >&2; exit 126;; esac");
    Guarded told(fake);
    CHECK(contains(start_error<InfraError>(*told.guard), "milepost-test-box: Error: runc: no such file"));
    scratch.write("quiet", "");
    Guarded silent(fake);
    const std::string words = start_error<InfraError>(*silent.guard);
    CHECK_FALSE(contains(words, "Resource limits"));
    CHECK_FALSE(contains(words, "shared mount"));
  }
  SUBCASE("no such client") {
    CodingAgentContainer guard(ContainerEngine(EngineKind::docker, "/no/such/client"), spec(), {}, k_short);
    CHECK(contains(start_error<EnvironmentError>(guard), "/no/such/client"));
  }
}

TEST_CASE("F17: a container of the same name that is not ours is not removed") {
  ScratchDir scratch;
  const FakeEngine fake(
      scratch,
      "case $verb in run) echo 'Conflict. The container name \"/milepost-test-box\" is already in "
      "use by container \"1\".' >&2; exit 125;; esac");
  Guarded box(fake);
  CHECK(contains(start_error<InfraError>(*box.guard), "already in use"));
  box.guard.reset();
  CHECK(fake.count("rm") == 0);
  CHECK(box.leftover.empty());
}

TEST_CASE("what is not our supervisor is removed by force") {
  ScratchDir scratch;
  SUBCASE("it talks garbage") {
    const FakeEngine fake(scratch, "case $verb in run) echo 'Welcome to the shell'; exec sleep 1000;; esac");
    Guarded box(fake);
    CHECK(contains(start_error<InfraError>(*box.guard), "cannot start the container"));
    CHECK(fake.count(k_rm) >= 1);
  }
  SUBCASE("it says nothing") {
    const FakeEngine fake(scratch, "case $verb in run) exec sleep 1000;; esac");
    Guarded box(fake);
    ChannelTimes times;
    times.handshake = 200ms;
    CHECK(contains(start_error<InfraError>(*box.guard, times), "cannot start the container"));
    CHECK(fake.count(k_rm) >= 1);
  }
  SUBCASE("it is of another version") {
    std::string program = test::slurp(MILEPOST_TEST_SUPERVISOR);
    const std::string ours(version());
    std::string other = ours;
    other.back() = other.back() == '9' ? '8' : '9';
    for (std::size_t at = 0; (at = program.find(ours, at)) != std::string::npos; ++at)
      program.replace(at, other.size(), other);
    const auto changed = scratch.write("other-supervisor", program);
    std::filesystem::permissions(changed, std::filesystem::perms::owner_all);
    const FakeEngine fake(scratch, "case $verb in run) exec $dir/other-supervisor;; esac");
    Guarded box(fake);
    const std::string words = start_error<Error>(*box.guard);
    CHECK(contains(words, other));
    CHECK(contains(words, ours));
    CHECK(box.guard->stop());
  }
}

TEST_CASE("F7: a stop in the middle of the start leaves nothing") {
  ScratchDir scratch;
  const std::string fifo = (scratch / "started").string();
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const FakeEngine fake(scratch, "case $verb in run) : > $dir/started; exec sleep 1000;; esac");
  Guarded box(fake);
  std::stop_source stop;
  std::jthread user([&] {
    std::ifstream(fifo).get();  // returns when the client runs
    stop.request_stop();
  });
  CHECK_THROWS_AS(box.guard->start({}, stop.get_token()), Stopped);
  CHECK(fake.count(k_rm) >= 1);
  box.guard.reset();
  CHECK(box.leftover.empty());
}

TEST_CASE("a stop that came before the start starts nothing") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, k_works);
  Guarded box(fake);
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(box.guard->start({}, stop.get_token()), Stopped);
  CHECK(fake.calls().empty());
}

TEST_CASE("F2: a container that the daemon makes after its client was killed does not survive") {
  ScratchDir scratch;
  // The container appears after the first question for it.
  const FakeEngine fake(scratch, R"(
case $verb in
  run) exec sleep 1000;;
  rm) if [ -e $dir/exists ]; then rm $dir/exists; touch $dir/removed; exit 0; fi
      [ -e $dir/removed ] || touch $dir/exists
      echo 'Error: No such container' >&2; exit 1;;
esac)");
  Guarded box(fake);
  ChannelTimes times;
  times.handshake = 100ms;
  start_error<InfraError>(*box.guard, times);
  CHECK(std::filesystem::exists(scratch / "removed"));
  CHECK_FALSE(std::filesystem::exists(scratch / "exists"));
}

TEST_CASE("a supervisor that does not end is removed by force") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, "case $verb in run) \"$supervisor\"; exec sleep 1000;; esac");
  Guarded box(fake);
  box.guard.emplace(
      fake.engine(), spec(), [](const std::string&) {},
      GuardLimits{.orderly_end = 200ms, .removal = 300ms, .late_arrival = 100ms});
  box.guard->start({}, {});
  CHECK(box.guard->stop());
  CHECK(fake.count(k_rm) >= 1);
}

TEST_CASE("F6: a container that is frozen is removed by force without waiting for its own end") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, "case $verb in run) echo $$ > $dir/pid; exec \"$supervisor\";; esac");
  Guarded box(fake);
  box.guard.emplace(
      fake.engine(), spec(), [](const std::string&) {},
      GuardLimits{.orderly_end = 1h, .unready_end = 1h, .removal = 300ms, .late_arrival = 100ms});
  RunningContainer& container = box.guard->start({}, {});
  std::stop_source stop;
  CollectingSink sink;
  ChannelProcess process = container.start(shell("sleep 1000"), sink);
  REQUIRE(::kill(pid_in(scratch / "pid"), SIGSTOP) == 0);
  stop.request_stop();
  CHECK(contains(process.wait(stop.get_token()).error, "did not report the end"));
  CHECK(box.guard->stop());
  CHECK(fake.count(k_rm) >= 1);
}

TEST_CASE("F15: a removal that fails is tried again") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, R"(
case $verb in
  run) "$supervisor"; exit 125;;
  rm) n=$(cat $dir/n 2>/dev/null || echo 0); echo $((n+1)) > $dir/n
      [ $n -ge 3 ] || { echo 'device or resource busy' >&2; exit 1; };;
esac)");
  Guarded box(fake);
  box.guard.emplace(
      fake.engine(), spec(), [&](const std::string& name) { box.leftover.push_back(name); },
      GuardLimits{.removal = 5s});
  box.guard->start({}, {});
  box.guard.reset();
  CHECK(box.leftover.empty());
  CHECK(fake.count(k_rm) == 4);
}

TEST_CASE("F15: a container that cannot be removed is told once, by name") {
  ScratchDir scratch;
  std::string rm;
  SUBCASE("the engine refuses") {
    rm = "echo 'device or resource busy' >&2; exit 1";
  }
  SUBCASE("the engine hangs") {
    rm = "exec sleep 1000";
  }
  const FakeEngine fake(scratch, "case $verb in run) \"$supervisor\"; exit 125;; rm) " + rm + ";; esac");
  Guarded box(fake);
  box.guard->start({}, {});
  box.guard.reset();
  CHECK(box.leftover == std::vector<std::string>{"milepost-test-box"});
}

TEST_CASE("F18: the loss of a container is told with what the engine said") {
  ScratchDir scratch;
  // bash gives a background program /dev/null as its input unless it is told otherwise.
  const FakeEngine fake(
      scratch,
      "case $verb in run) exec 3<&0; \"$supervisor\" <&3 3<&- & echo $! > $dir/pid; exec 3<&-; "
      "wait $!; echo 'error waiting for container: unexpected EOF' >&2; exit 125;; esac");
  Guarded box(fake);
  RunningContainer& container = box.guard->start({}, {});
  CollectingSink sink;
  ChannelProcess process = container.start(shell("echo $$; exec sleep 1000"), sink);
  ::kill(pid_in(scratch / "pid"), SIGKILL);
  const ProcessEnd end = process.wait({});
  CHECK(end.reason == EndReason::channel_lost);
  CHECK_FALSE(container.alive());
  const std::string death = container.death();
  CHECK(contains(death, "milepost-test-box is lost"));
  CHECK(contains(death, "the engine failed or went away"));
  CHECK(contains(death, "unexpected EOF"));
  CHECK(box.guard->stop());
  CHECK(fake.count(k_rm) == 1);  // its own end proves nothing any more
}
