#include "milepost/harness/volume.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/lock_file.hpp"
#include "milepost/harness/volume_archive.hpp"
#include "milepost/harness/volume_contents.hpp"

#include "harness/marker.hpp"
#include "harness/npm.hpp"
#include "harness/volume_record.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace milepost;
using milepost::test::ScratchDir;
using milepost::test::slurp;

namespace {

namespace fs = std::filesystem;

HarnessLock example() {
  HarnessLock lock;
  lock.architecture = "x86_64";
  lock.libc = "glibc";
  lock.harnesses = {{"claude", "@anthropic-ai/claude-code", "2.1.330", "sha512-abc==", "", 1},
                    {"script", "", "0.1.0", "", "", 1}};
  return lock;
}

/// An engine client that is a shell script; every call is a line in `calls`.
struct FakeEngine {
  ScratchDir dir;
  fs::path client;
  ContainerEngine engine;
  VolumeContext context;

  explicit FakeEngine(const std::string& body)
      : client(write_client(body)), engine(EngineKind::docker, client), context{engine,     "image",
                                                                                dir.path(), dir / "state",
                                                                                {},         {}} {}

  fs::path write_client(const std::string& body) const {
    const fs::path script =
        dir.write("docker", "#!/bin/sh\necho \"$*\" >> " + (dir / "calls").string() + "\n" + body);
    fs::permissions(script, fs::perms::owner_all);
    return script;
  }
  std::string calls() const { return slurp(dir / "calls"); }
};

}  // namespace

TEST_CASE("without a harness that is installed the engine is not even asked") {
  FakeEngine fake("exit 1\n");
  HarnessLock lock;
  lock.harnesses = {{"script", "", "0.1.0", "", "", 1}};
  CHECK(volume_state(fake.context, lock) == VolumeState::none_needed);
  CHECK_FALSE(ensure_volume(fake.context, lock));
  CHECK(harness_path(lock).empty());
  CHECK(fake.calls().empty());
}

TEST_CASE("a volume that the engine does not know is missing, and none is made by looking") {
  FakeEngine fake("echo 'Error: No such volume: x' >&2; exit 1\n");
  CHECK(volume_state(fake.context, example()) == VolumeState::missing);
  CHECK(fake.calls().find("run") == std::string::npos);
  CHECK(fake.calls().find("create") == std::string::npos);
}

TEST_CASE("a volume that was seen complete is known again without a container") {
  const std::string volume = volume_name(example()).value();
  FakeEngine fake("case \"$1 $2\" in\n'volume ls') echo " + volume + ";;\n'volume inspect') echo '" + volume +
                  "|{\"milepost.instance\":\"abc\"}';;\n*) exit 1;;\nesac\n");
  remember_complete(fake.context.lock_directory, volume, {"abc", std::nullopt});
  CHECK(volume_state(fake.context, example()) == VolumeState::complete);
  CHECK(ensure_volume(fake.context, example()) == volume);
  CHECK(fake.calls().find("label=milepost.instance=abc") != std::string::npos);
  CHECK(fake.calls().find("run") == std::string::npos);
}

TEST_CASE("a record of a volume that is gone is forgotten") {
  const std::string volume = volume_name(example()).value();
  FakeEngine fake("case \"$1 $2\" in\n'volume ls') ;;\n*) echo 'No such volume' >&2; exit 1;;\nesac\n");
  remember_complete(fake.context.lock_directory, volume, {"abc", std::nullopt});
  CHECK(volume_state(fake.context, example()) == VolumeState::missing);
  CHECK(seen_complete(fake.context.lock_directory, volume).instance.empty());
}

TEST_CASE("an engine that does not answer is an error, not a missing volume") {
  FakeEngine fake("echo 'Cannot connect to the Docker daemon' >&2; exit 1\n");
  CHECK_THROWS_AS(volume_state(fake.context, example()), Error);
}

TEST_CASE("a marker belongs to one lock") {
  CHECK(marker_matches(example(), marker_text(example())));
  HarnessLock other = example();
  other.harnesses[0].version = "2.1.331";
  CHECK_FALSE(marker_matches(other, marker_text(example())));
  for (const char* text : {"", "{", "[]", "null", "{\"format\":\"milepost-harness-volume\"}"}) {
    CAPTURE(text);
    CHECK_FALSE(marker_matches(example(), text));
  }
}

TEST_CASE("a container finds the harnesses first, then the node they want") {
  CHECK(harness_path(example()) == "/opt/milepost/harness/claude/bin");
  HarnessLock lock = example();
  lock.harnesses[0].node_version = "22.1.0";
  CHECK(harness_path(lock) == "/opt/milepost/harness/claude/bin:/opt/milepost/harness/node-22.1.0/bin");
  CHECK(harness_mount("v").read_only);
  CHECK(harness_mount("v").target == "/opt/milepost/harness");
}

TEST_CASE("npm's answer for one version and for a range is read") {
  CHECK(newest_version(R"({"version": "2.1.3", "dist.integrity": "sha512-x"})")->integrity == "sha512-x");
  const auto range = newest_version(R"([{"version": "2.9.0"}, {"version": "2.10.0", "dist.integrity": "s"},
                                        {"version": "2.11.0-beta.1"}, {"version": "2.2.0"}])");
  REQUIRE(range);
  CHECK(range->version == "2.10.0");
  CHECK_FALSE(newest_version(""));
  CHECK_FALSE(newest_version("{\"error\": {\"code\": \"E404\"}}"));
  CHECK_FALSE(newest_version("[]"));
  CHECK_FALSE(newest_version("[3, null]"));
}

TEST_CASE("a version that would be read as an option is refused before anything starts") {
  FakeEngine fake("exit 1\n");
  for (const char* version : {"--registry=x", "1 2", "1;rm", "$(x)", "file:../x", "a/b"}) {
    CAPTURE(version);
    CHECK_THROWS_AS(resolve_harness(fake.context, "claude", version), UsageError);
  }
  CHECK_THROWS_AS(resolve_harness(fake.context, "nobody", "1"), UsageError);
  CHECK_THROWS_AS(resolve_harness(fake.context, "script", "9.9.9"), UsageError);
  CHECK(fake.calls().empty());
  CHECK(resolve_harness(fake.context, "script", "latest").package.empty());
}

TEST_CASE("a marker tells without its lock whether the volume is the one that it was written for") {
  const std::string volume = volume_name(example()).value();
  const auto own = read_marker(marker_text(example()), volume);
  REQUIRE(own);
  CHECK(own->of_this_volume);
  CHECK(own->harnesses == "claude 2.1.330");
  CHECK_FALSE(read_marker(marker_text(example()), "milepost-harness-000000000000")->of_this_volume);
  const auto odd =
      read_marker(R"({"format": "milepost-harness-volume", "manifest": 3, "harnesses": [1]})", volume);
  REQUIRE(odd);
  CHECK_FALSE(odd->of_this_volume);
  for (const char* text : {"", "{", "[]", "{\"format\": \"another\"}"})
    CHECK_FALSE(read_marker(text, volume));
}

TEST_CASE("a record of an earlier version has no size, and one that is damaged is none") {
  const ScratchDir dir;
  remember_complete(dir.path(), "v", {"abc", 1234});
  CHECK(seen_complete(dir.path(), "v").instance == "abc");
  CHECK(seen_complete(dir.path(), "v").bytes == 1234);
  dir.write("v.complete", "abc\n");
  CHECK(seen_complete(dir.path(), "v").instance == "abc");
  CHECK_FALSE(seen_complete(dir.path(), "v").bytes);
  dir.write("v.complete", "abc\nmany\n");
  CHECK_FALSE(seen_complete(dir.path(), "v").bytes);
  dir.write("v.complete", std::string(5000, 'x'));
  CHECK(seen_complete(dir.path(), "v").instance.empty());
}

TEST_CASE("a volume whose size is remembered is described without a container") {
  FakeEngine fake("exit 1\n");
  const std::string volume = volume_name(example()).value();
  remember_complete(fake.context.lock_directory, volume, {"abc", 5});
  const VolumeContents contents = look_into_volume(
      fake.context, {volume, {{"milepost.instance", "abc"}, {k_harnesses_label, "claude 2.1.330"}}});
  CHECK(contents.complete);
  CHECK(contents.bytes == 5);
  CHECK(contents.harnesses == "claude 2.1.330");
  CHECK(fake.calls().empty());
}

TEST_CASE("F43: a volume that another milepost fills is not removed") {
  FakeEngine fake("exit 0\n");
  const auto held = LockFile::try_acquire(fake.context.lock_directory / "v.lock", "pid 1");
  REQUIRE(held);
  CHECK(remove_unused_volume(fake.context, "v") == "another milepost fills it");
  CHECK(fake.calls().empty());
}

TEST_CASE("a file that is no archive is refused with the way to make one") {
  const ScratchDir dir;
  for (const char* text : {"", "hello\n"}) {
    try {
      archive_lock(dir.write("file.tar", text));
      FAIL("no error");
    } catch (const UsageError& error) {
      CHECK(std::string(error.what()).find("this is not an archive of `milepost volumes export`") !=
            std::string::npos);
    }
  }
}
