#include "support.hpp"

#include <sys/mount.h>

#include <doctest/doctest.h>

#include <filesystem>

using namespace milepost::test;

namespace {

/// A small file system of its own in memory. Needs root.
class SmallDisk {
 public:
  explicit SmallDisk(std::filesystem::path path) : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=16k") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  void resize(const std::string& size) const {
    REQUIRE(::mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT, ("size=" + size).c_str()) == 0);
  }

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("F33: a disk that is full for milepost's state ends the run as infra, and with room it completes") {
  // From too little for the shadow repository to enough for everything; the journal is in between.
  for (const char* size : {"16k", "48k", "64k", "96k", "128k", "160k", "176k"}) {
    CAPTURE(size);
    const Project project;
    const SmallDisk disk(project.base() / "state");
    if (!disk.mounted()) {
      MESSAGE("not tried: mounting a file system needs root");
      return;
    }
    disk.resize(size);
    project.plan({{"1.1", "One", "echo 1 > one"},
                  {"1.2", "Much", "seq 3000\necho 2 > two"},
                  {"1.3", "Three", "cat one two > three"}});
    const Words settings = {"--set", "environment.min_free_disk=1kB"};
    Words words = {"run", "M1_test.md"};
    words.insert(words.end(), settings.begin(), settings.end());
    const Ended full = project.milepost(words);
    INFO(full.err);
    // Where not even the environment's checks find room, nothing begins.
    const bool told = full.exit == 6 || (full.exit == 3 && full.says("failed   commits"));
    CHECK(told);
    const bool says_why = full.says("o space left on device") || full.says("ut of diskspace");
    CHECK(says_why);
    CHECK(project.no_container_within(0s));

    disk.resize("64m");
    Ended end = project.milepost({"resume", "M1_test.md"});
    if (end.exit == 2) end = project.milepost(words);  // it was full before the run's first record
    INFO(end.err);
    REQUIRE(end.exit == 0);
    CHECK(project.text("three") == "1\n2\n");
    CHECK(project.subjects() == Words{"feat(M1): One", "feat(M1): Much", "feat(M1): Three"});
    CHECK(project.git({"status", "--porcelain"}).empty());
  }
}

TEST_CASE("F34: a code folder without room for a commit ends the run as infra, and with room it completes") {
  const Project home;
  const std::filesystem::path folder = home.base() / "small";
  const SmallDisk disk(folder);
  if (!disk.mounted()) {
    MESSAGE("not tried: mounting a file system needs root");
    return;
  }
  disk.resize("2m");
  const Project project(home, folder);
  project.git({"init", "-q", "-b", "main"});
  project.git({"config", "user.name", "Ada Tester"});
  project.git({"config", "user.email", "ada@example.org"});
  project.plan({{"1.1", "One", "echo 1 > one"},
                {"1.2", "Large", "head -c 1400000 /dev/urandom > large\necho 2 > two"},
                {"1.3", "Three", "cat one two > three"}});
  const Ended full = project.milepost({"run", "M1_test.md", "--set", "environment.min_free_disk=1kB"});
  INFO(full.err);
  CHECK(full.exit == 6);
  CHECK(full.says("o space left on device"));
  CHECK(project.no_container_within(0s));

  disk.resize("64m");
  const Ended end = project.milepost({"resume", "M1_test.md"});
  INFO(end.err);
  REQUIRE(end.exit == 0);
  CHECK(project.text("three") == "1\n2\n");
  CHECK(project.subjects().size() == 3);
  CHECK(project.git({"status", "--porcelain"}).empty());
}

TEST_CASE("an agent that writes more than it may is stopped at a limit, and goes on when it may write more") {
  const Project project;
  project.plan({{"1.1", "Write", "[ -f big ] || { head -c 20000000 /dev/zero > big; sleep 300; }"},
                {"1.2", "After", "rm big"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--set", "resources.disk=5MB"});
  INFO(run.err);
  CHECK(run.exit == 5);
  CHECK(project.task("1.1")["outcome"] == "limit");
  CHECK(project.task("1.1")["attempts"][0]["result"] == "disk_limit");
  CHECK(run.says("setting resources.disk"));
  // What was written stays; how much it was depends on when the disk was looked at.
  CHECK(std::filesystem::file_size(project.file("big")) > 5'000'000);
  CHECK(project.no_container_within(0s));
  const Ended resumed = project.milepost({"resume", "M1_test.md", "--set", "resources.disk=none"});
  INFO(resumed.err);
  CHECK(resumed.exit == 0);
}
