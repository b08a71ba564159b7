#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/harness/volume.hpp"

#include "harness/real_engine.hpp"
#include "support/scratch_dir.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

using namespace milepost;
using milepost::test::NeedsEngine;
using milepost::test::ScratchDir;
using milepost::test::test_engine;
using milepost::test::test_image;

namespace {

const NeedsEngine k_needs_engine;

/// One lock of the real Claude Code for the whole program, with a name that no other volume on the machine
/// has.
struct Fixture {
  ScratchDir scratch;
  ContainerEngine engine = test_engine();
  std::string progress;
  VolumeContext context{engine,
                        test_image(),
                        MILEPOST_TEST_PROGRAMS,
                        scratch / "state",
                        [this](std::string_view line) { progress += std::string(line) + "\n"; },
                        {}};

  static const HarnessLock& lock() {
    static const HarnessLock made = [] {
      const Fixture fixture;
      HarnessLock lock;
      const ImagePlatform platform = image_platform(fixture.context);
      lock.architecture = platform.architecture + "-test-" + random_hex(8);
      lock.libc = platform.libc;
      lock.harnesses = {resolve_harness(fixture.context, "claude", "latest")};
      return lock;
    }();
    return made;
  }
  static std::string volume() { return volume_name(lock()).value(); }

  /// What a program prints in a container that mounts the volume as a run does.
  std::string output_of(const std::vector<std::string>& argv, std::uint32_t uid) {
    ContainerSpec spec;
    spec.name = "milepost-test-" + random_hex(12);
    spec.image = context.image;
    spec.uid = uid;
    spec.gid = uid;
    spec.mounts = {{Mount::Kind::bind, MILEPOST_TEST_PROGRAMS, k_programs_path, true, ""},
                   harness_mount(volume())};
    CodingAgentContainer guard(engine, spec, {});
    RunningContainer& running = guard.start(ChannelTimes(), {});
    ProcessSpec process;
    process.argv = argv;
    process.environment = {"PATH=" + harness_path(lock()) + ":/usr/bin:/bin", "HOME=/tmp", "IS_SANDBOX=1"};
    CollectingSink sink;
    const ProcessEnd end = running.run(process, sink, {});
    CAPTURE(sink.err);
    CHECK(end.success());
    return sink.out;
  }
};

/// Fills the volume in a process of its own, whose progress comes through a pipe. No thread runs when it
/// forks.
struct Child {
  pid_t pid = -1;
  Fd progress;

  explicit Child(const Fixture& fixture) {
    Pipe pipe = make_pipe();
    pid = ::fork();
    progress = std::move(pipe.read_end);
    if (pid != 0) return;
    const int out = pipe.write_end.get();
    VolumeContext context{fixture.engine,
                          fixture.context.image,
                          fixture.context.programs,
                          fixture.context.lock_directory,
                          [out](std::string_view line) {
                            ::dprintf(out, "%.*s\n", static_cast<int>(line.size()), line.data());
                          },
                          {}};
    try {
      ensure_volume(context, Fixture::lock());
      std::_Exit(0);
    } catch (const std::exception& error) {
      ::dprintf(out, "error: %s\n", error.what());
      std::_Exit(1);
    }
  }

  /// What it says up to and with `mark`, or to its end.
  std::string read_until(std::string_view mark) const {
    std::string text;
    char piece[256];
    ssize_t got = 0;
    while (text.find(mark) == std::string::npos && (got = ::read(progress.get(), piece, sizeof piece)) > 0) {
      text.append(piece, static_cast<std::size_t>(got));
    }
    return text;
  }
};

int exit_code_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

struct VolumeGuard {
  ~VolumeGuard() {
    try {
      test_engine().remove_volume(Fixture::volume());
    } catch (const std::exception& error) {
      std::fprintf(stderr, "left behind: %s\n", error.what());
    }
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "versions are resolved to exact ones, and a missing one is named with npm's words") {
  const LockedHarness& claude = lock().harnesses.at(0);
  CHECK(claude.package == "@anthropic-ai/claude-code");
  CHECK(claude.version.find_first_not_of("0123456789.") == std::string::npos);
  CHECK(claude.integrity.starts_with("sha512-"));
  CHECK(resolve_harness(context, "claude", "2").version.starts_with("2."));
  CHECK(resolve_harness(context, "script", "").package.empty());
  try {
    resolve_harness(context, "claude", "0.0.0-none");
    FAIL("no error");
  } catch (const EnvironmentError& error) {
    CHECK(std::string(error.what())
              .starts_with("npm finds no version '0.0.0-none' of @anthropic-ai/claude-code: "));
  }
  CHECK_THROWS_AS(resolve_harness(context, "claude", "--registry=x"), UsageError);
}

TEST_CASE_FIXTURE(
    Fixture, "F43: a populate that is killed is done again by one of two that race, and works for any uid") {
  const VolumeGuard removed_at_the_end;
  CHECK(volume_state(context, lock()) == VolumeState::missing);

  {
    const Child killed(*this);
    // Its container writes into the volume from this line on.
    REQUIRE(killed.read_until("npm http").find("npm http") != std::string::npos);
    ::kill(killed.pid, SIGKILL);
    CHECK(exit_code_of(killed.pid) == -1);
    CHECK(engine.volume_exists(volume()));
  }

  const Child first(*this);
  const Child second(*this);
  const std::string both = first.read_until("\n\n") + second.read_until("\n\n");
  CHECK(exit_code_of(first.pid) == 0);
  CHECK(exit_code_of(second.pid) == 0);
  CAPTURE(both);
  CHECK(count(both, "filling the harness volume") == 1);
  CHECK(count(both, "waiting for it") >= 1);
  CHECK(count(both, "is complete") == 1);

  CHECK(ensure_volume(context, lock()) == volume());
  CHECK(progress.empty());
  CHECK(engine.list_containers("milepost.volume=" + volume()).empty());

  const std::string version = lock().harnesses.at(0).version;
  CHECK(output_of({"claude", "--version"}, 0).find(version) != std::string::npos);
  CHECK(output_of({"claude", "--version"}, 12345).find(version) != std::string::npos);
  CHECK(marker_matches(lock(), output_of(marker_command().argv, 12345)));

  // A machine that has no record of the volume reads its marker.
  const std::filesystem::path own_records = context.lock_directory;
  context.lock_directory = scratch / "other-state";
  CHECK(volume_state(context, lock()) == VolumeState::complete);
  context.lock_directory = own_records;

  // One that was removed and made again by hand is not taken for the one that was seen.
  engine.remove_volume(volume());
  CHECK(volume_state(context, lock()) == VolumeState::missing);
  engine.create_volume(volume(), {{k_volume_label, "1"}});
  CHECK(volume_state(context, lock()) == VolumeState::incomplete);
}

TEST_CASE_FIXTURE(Fixture, "F43: a volume with another lock's marker is never trusted but built anew") {
  const VolumeGuard removed_at_the_end;
  engine.remove_volume(volume());
  engine.create_volume(volume(), {});
  {
    ContainerSpec spec;
    spec.name = "milepost-test-" + random_hex(12);
    spec.image = context.image;
    Mount writable = harness_mount(volume());
    writable.read_only = false;
    spec.mounts = {{Mount::Kind::bind, MILEPOST_TEST_PROGRAMS, k_programs_path, true, ""}, writable};
    CodingAgentContainer guard(engine, spec, {});
    ProcessSpec write;
    write.argv = {"sh", "-c", "cat > /opt/milepost/harness/.milepost-complete.json"};
    write.environment = {"PATH=/usr/bin:/bin"};
    write.input = R"({"format": "milepost-harness-volume", "manifest": "another"})";
    CollectingSink sink;
    REQUIRE(guard.start(ChannelTimes(), {}).run(write, sink, {}).success());
  }
  CHECK(volume_state(context, lock()) == VolumeState::incomplete);
  CHECK(ensure_volume(context, lock()) == volume());
  CHECK(count(progress, "installing claude") == 1);
  CHECK(volume_state(context, lock()) == VolumeState::complete);
}

TEST_CASE_FIXTURE(Fixture, "a package whose contents are not those of the lock is not installed") {
  HarnessLock other = lock();
  other.harnesses[0].integrity = "sha512-AAAA";
  other.architecture += "-other";
  CHECK_THROWS_AS(ensure_volume(context, other), InfraError);
  CHECK(volume_state(context, other) == VolumeState::missing);
}

TEST_CASE_FIXTURE(Fixture, "F7: a stop while the volume is filled leaves neither a container nor a volume") {
  HarnessLock other = lock();
  other.architecture += "-stopped";
  std::stop_source stop;
  context.stop = stop.get_token();
  context.on_progress = [&](std::string_view line) {
    if (line.find("npm http") != std::string_view::npos) stop.request_stop();
  };
  CHECK_THROWS_AS(ensure_volume(context, other), Stopped);
  CHECK(engine.list_containers("milepost.volume=" + volume_name(other).value()).empty());
  CHECK_FALSE(engine.volume_exists(volume_name(other).value()));
}
