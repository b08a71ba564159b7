#include "milepost/harness/volume_archive.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/harness/installed_version.hpp"
#include "milepost/harness/volume_contents.hpp"
#include "milepost/process/process.hpp"

#include "harness/real_engine.hpp"
#include "support/scratch_dir.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace milepost;
using milepost::test::NeedsEngine;
using milepost::test::ScratchDir;
using milepost::test::slurp;
using milepost::test::test_engine;
using milepost::test::test_image;

namespace {

namespace fs = std::filesystem;

const NeedsEngine k_needs_engine;

/// A machine, and an archive of a harness that is a shell script and has a name on no other one.
struct Machine {
  ScratchDir scratch;
  ContainerEngine engine = test_engine();
  std::string progress;
  std::stop_source stop;
  VolumeContext context{engine,
                        test_image(),
                        MILEPOST_TEST_PROGRAMS,
                        scratch / "state",
                        [this](std::string_view line) { progress += std::string(line) + "\n"; },
                        stop.get_token()};
  HarnessLock lock;
  std::string volume;
  fs::path archive = scratch / "harness volume.tar";

  Machine() {
    const ImagePlatform platform = image_platform(context);
    lock.architecture = platform.architecture;
    lock.libc = platform.libc;
    const auto number = std::to_string(std::strtoul(random_hex(7).c_str(), nullptr, 16));
    lock.harnesses = {{"claude", "@anthropic-ai/claude-code", "0.0." + number, "sha512-x", "", 1}};
    volume = volume_name(lock).value();
    fs::create_directories(scratch / "files/claude/bin");
    write_program("echo " + lock.harnesses[0].version + " of a test");
    std::ofstream(scratch / "files/claude/file with space\nand newline") << "text";
    fs::create_symlink("bin/claude", scratch / "files/claude/link");
    pack();
  }
  ~Machine() {
    try {
      engine.remove_volume(volume);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "left behind: %s\n", error.what());
    }
  }

  void write_program(const std::string& body) const {
    const fs::path program = scratch.write("files/claude/bin/claude", "#!/bin/sh\n" + body + "\n");
    fs::permissions(program, fs::perms(0755));
  }
  void shell(const std::string& script) const {
    const RunResult result = run_process({.argv = {"bash", "-euo", "pipefail", "-c", script},
                                          .environment = {},
                                          .directory = scratch / "files"});
    REQUIRE_MESSAGE(result.success(), result.err);
  }
  void list_files() const {
    shell(
        "rm -f *.sha256 *.json; find . -type f -print0 | xargs -0 sha256sum -- > ../list; "
        "mv ../list milepost-files.sha256");
  }
  void pack_listed() const {
    std::ofstream(scratch / "files/milepost-harness-volume.json") << lock_text(lock);
    shell("tar -cf " + shell_quote(archive.string()) +
          " milepost-harness-volume.json claude milepost-files.sha256");
  }
  void pack() const {
    list_files();
    pack_listed();
  }
  std::string import() { return import_volume(context, archive_lock(archive), archive); }
  std::string import_error() {
    try {
      import();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  std::vector<std::string> containers() const { return engine.containers_with_volume(volume); }
};

bool contains(const std::string& text, std::string_view part) {
  CAPTURE(text);
  CAPTURE(part);
  return text.find(part) != std::string::npos;
}

VolumeContents look(const Machine& machine) {
  for (const ListedVolume& listed : machine.engine.list_volumes(k_volume_label)) {
    if (listed.name == machine.volume) return look_into_volume(machine.context, listed);
  }
  FAIL("the volume is not listed");
  return {};
}

}  // namespace

TEST_CASE_FIXTURE(Machine, "a volume goes out and comes in again with the same contents") {
  CHECK(import() == volume);
  CHECK(volume_state(context, lock) == VolumeState::complete);
  CHECK(containers().empty());
  const VolumeContents contents = look(*this);
  CHECK(contents.complete);
  CHECK(contents.bytes.value_or(0) > 0);
  CHECK(contents.harnesses == "claude " + lock.harnesses[0].version);

  const fs::path copy = scratch / "copy.tar";
  const std::uint64_t bytes = export_volume(context, lock, copy);
  CHECK(bytes == fs::file_size(copy));
  CHECK(remove_unused_volume(context, volume).empty());
  CHECK(volume_state(context, lock) == VolumeState::missing);
  CHECK(volume_name(archive_lock(copy)) == volume);
  CHECK(archive_lock(copy).harnesses.at(0).integrity == "sha512-x");

  archive = copy;
  CHECK(import() == volume);
  const fs::path again = scratch / "again.tar";
  export_volume(context, lock, again);
  shell(
      "mkdir -p ../a ../b; tar -xf ../copy.tar -C ../a; tar -xf ../again.tar -C ../b; diff -r ../a ../b; "
      "test -L ../b/claude/link; cmp claude/bin/claude ../b/claude/bin/claude");

  progress.clear();
  CHECK(import() == volume);
  CHECK_MESSAGE(progress.empty(), "a complete volume is not filled again");
  const auto versions = installed_versions(context, lock);
  REQUIRE(versions.size() == 1);
  CHECK(versions[0].problem.empty());
}

TEST_CASE_FIXTURE(Machine, "a damaged archive is refused and leaves neither a volume nor a container") {
  std::string expected;
  SUBCASE("cut between two members") {
    list_files();
    std::ofstream(scratch / "files/milepost-harness-volume.json") << lock_text(lock);
    shell("tar -cf " + shell_quote(archive.string()) + " milepost-harness-volume.json claude");
    expected = "the archive ends before its list of files";
  }
  SUBCASE("cut in the middle of a file") {
    shell("head -c 700000 /dev/urandom > claude/big");
    pack();
    fs::resize_file(archive, 300'000);
    expected = "the archive is damaged";
  }
  SUBCASE("another byte in a file") {
    list_files();
    write_program("echo something else " + lock.harnesses[0].version);
    pack_listed();
    expected = "claude/bin/claude: FAILED";
  }
  SUBCASE("a file that no list has") {
    list_files();
    std::ofstream(scratch / "files/claude/surplus") << "x";
    pack_listed();
    expected = "files where the list has";
  }
  SUBCASE("a program that is another version") {
    write_program("echo 0.0.1");
    pack();
    expected = "the installed claude does not work: it says that it is '0.0.1'";
  }
  CHECK(contains(import_error(), expected));
  CHECK_FALSE(engine.volume_exists(volume));
  CHECK(containers().empty());
}

TEST_CASE_FIXTURE(Machine, "an archive for another kind of machine is refused before anything is made") {
  lock.architecture = "riscv128";
  pack();
  CHECK(contains(import_error(), "holds programs for riscv128"));
  CHECK_FALSE(engine.volume_exists(volume_name(lock).value()));
}

TEST_CASE_FIXTURE(Machine, "an import that is killed is done again from the start by the next one") {
  shell("head -c 250000000 /dev/zero > claude/big");
  pack();
  const pid_t child = ::fork();
  if (child == 0) {
    // Stops itself in the middle of the archive, where only SIGKILL ends it.
    VolumeContext stopping{engine,
                           context.image,
                           context.programs,
                           context.lock_directory,
                           [](std::string_view line) {
                             if (line.starts_with("importing: 200")) ::raise(SIGSTOP);
                           },
                           {}};
    try {
      import_volume(stopping, archive_lock(archive), archive);
    } catch (const std::exception&) {
    }
    std::_Exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, WUNTRACED) == child);
  REQUIRE(WIFSTOPPED(status));
  CHECK(engine.volume_exists(volume));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(volume_state(context, lock) != VolumeState::complete);
  CHECK(import() == volume);
  CHECK(volume_state(context, lock) == VolumeState::complete);
}

TEST_CASE_FIXTURE(Machine, "a volume in use is not removed, and says by whom it is kept") {
  import();
  ContainerSpec spec;
  spec.name = "milepost-test-" + random_hex(12);
  spec.image = context.image;
  spec.mounts = {{Mount::Kind::bind, MILEPOST_TEST_PROGRAMS, k_programs_path, true, ""},
                 harness_mount(volume)};
  {
    CodingAgentContainer guard(engine, spec, {});
    guard.start(ChannelTimes(), {});
    CHECK(containers() == std::vector{spec.name});
    CHECK_FALSE(remove_unused_volume(context, volume).empty());
    CHECK(volume_state(context, lock) == VolumeState::complete);
  }
  CHECK(remove_unused_volume(context, volume).empty());
  CHECK_FALSE(engine.volume_exists(volume));
}

TEST_CASE_FIXTURE(Machine, "what is no archive, and what is not complete, is told") {
  CHECK_THROWS_AS(archive_lock(scratch / "none"), UsageError);
  CHECK_THROWS_AS(archive_lock(scratch.write("text", "hello\n")), UsageError);
  CHECK_THROWS_AS(export_volume(context, lock, scratch / "out.tar"), UsageError);
  CHECK_FALSE(fs::exists(scratch / "out.tar"));
  CHECK_FALSE(engine.volume_exists(volume));
}
