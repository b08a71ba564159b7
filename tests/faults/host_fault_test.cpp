#include "long_task.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace milepost::test;

namespace {

/// Owner, mode and time of change of everything in a folder except what is named.
std::map<std::string, std::string> manifest(const std::filesystem::path& folder, const Words& without) {
  std::map<std::string, std::string> all;
  for (auto entry = std::filesystem::recursive_directory_iterator(folder);
       entry != std::filesystem::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().lexically_relative(folder).string();
    if (name == ".git") entry.disable_recursion_pending();
    if (name == ".git" || std::ranges::find(without, name) != without.end()) continue;
    struct stat status {};
    REQUIRE(::lstat(entry->path().c_str(), &status) == 0);
    all[name] = std::to_string(status.st_uid) + ":" + std::to_string(status.st_gid) + " " +
                std::to_string(status.st_mode) + " " + std::to_string(status.st_mtim.tv_sec) + "." +
                std::to_string(status.st_mtim.tv_nsec);
  }
  return all;
}

}  // namespace

TEST_CASE("F54: what no task touches keeps owner, mode and time through run, kill and resume") {
  const LongTask task;
  task.project.write("kept/script.sh", "#!/bin/sh\n");
  task.project.write("kept/secretive", "x\n");
  std::filesystem::permissions(task.project.file("kept/script.sh"), std::filesystem::perms(0751));
  std::filesystem::permissions(task.project.file("kept/secretive"), std::filesystem::perms(0640));
  std::filesystem::create_symlink("script.sh", task.project.file("kept/link"));
  task.project.git({"add", "kept/script.sh", "kept/link"});  // the other one stays untracked
  task.project.git({"commit", "-q", "-m", "kept"});
  const Words touched = {"first", "work", "last", "go"};
  const auto before = manifest(task.project.folder(), touched);
  REQUIRE(before.size() >= 5);
  Program run = task.start();
  run.signal_group(SIGKILL);
  run.wait();
  task.check_resumes();
  CHECK(manifest(task.project.folder(), touched) == before);
}

TEST_CASE("F46: what a person commits and changes between a kill and the resume is kept") {
  const LongTask task;
  Program run = task.start();
  run.signal_group(SIGKILL);
  run.wait();
  REQUIRE(task.project.no_container_within(5s));
  task.project.write("theirs", "committed by a person\n");
  task.project.git({"add", "theirs"});
  task.project.git({"commit", "-q", "-m", "by a person"});
  const std::string theirs = task.project.git({"rev-parse", "HEAD"});
  task.project.write("README.md", "changed by a person\n");
  task.check_resumes();
  task.project.git({"merge-base", "--is-ancestor", theirs, "HEAD"});  // throws when it is none
  CHECK(task.project.text("theirs") == "committed by a person\n");
  CHECK(task.project.text("README.md") == "changed by a person\n");
}

TEST_CASE("F46: a resume on another branch goes on there and leaves the first branch alone") {
  const LongTask task;
  Program run = task.start();
  run.signal_group(SIGKILL);
  run.wait();
  REQUIRE(task.project.no_container_within(5s));
  const std::string main = task.project.git({"rev-parse", "main"});
  task.project.git({"checkout", "-q", "-b", "other"});
  task.check_resumes();
  CHECK(task.project.git({"rev-parse", "main"}) == main);
}

TEST_CASE("F47: a run that was killed between its last task and its end gets its end by a resume") {
  const LongTask task;
  task.project.write("go", "");
  REQUIRE(task.project.milepost(task.run_words()).exit == 0);
  // As the kill would leave it: without the last record.
  std::filesystem::path journal;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(task.project.state())) {
    if (entry.path().filename() == "journal.ndjson") journal = entry.path();
  }
  std::string text = slurp(journal);
  text.resize(text.rfind('\n', text.size() - 2) + 1);
  std::ofstream(journal, std::ios::binary) << text;
  std::filesystem::remove_all(task.project.report_directory());

  const Ended resume = task.project.milepost({"resume", "M1_test.md"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  CHECK(task.project.report()["exit"]["code"] == 0);
  CHECK(task.project.report()["status"] != "running");
  CHECK(task.project.subjects().size() == 3);

  // Killed a moment later, between the record of the end and the report of it.
  std::filesystem::remove_all(task.project.report_directory());
  CHECK(task.project.milepost({"resume", "M1_test.md"}).says("finished already"));
  CHECK(task.project.report()["exit"]["code"] == 0);
}

TEST_CASE(
    "F35: too few descriptors, no temporary directory and a state directory that cannot be end in words") {
  LongTask task;
  task.project.write("go", "");
  SUBCASE("descriptors") {
    std::string command = "ulimit -n 16; exec " MILEPOST_TEST_PROGRAM;
    for (const std::string& word : task.run_words({"--engine", task.engine.client(), "--harness", "script"}))
      command += " '" + word + "'";
    const Ended ended = task.project.call({"bash", "-c", command});
    INFO(ended.err);
    const bool told =
        ended.exit == 0 || ((ended.exit == 3 || ended.exit == 6) && ended.says("oo many open files"));
    CHECK(told);
  }
  SUBCASE("temporary directory") {
    task.project.set("TMPDIR", "/nowhere/at/all");
    CHECK(task.project.milepost(task.run_words()).exit == 0);
  }
  SUBCASE("state") {
    task.project.set("XDG_STATE_HOME", "/proc/nowhere");
    const Ended ended = task.project.milepost(task.run_words());
    INFO(ended.err);
    CHECK(ended.exit == 3);
    CHECK(ended.says("/proc/nowhere"));
  }
  CHECK(task.project.containers().empty());
}

TEST_CASE("F53: a code folder that is swapped for another one while the container starts is not worked on") {
  const LongTask task;
  task.project.write("go", "");
  const std::string folder = task.project.folder().string();
  task.engine.wrap("if [ \"$1\" = run ]; then\n  mv '" + folder + "' '" + folder + "-aside'\n  mkdir '" +
                   folder + "'\n  git init -q '" + folder + "'\nfi");
  const Ended ended = task.project.milepost(task.run_words());
  INFO(ended.err);
  CHECK(ended.exit == 3);
  CHECK(ended.says("was replaced"));
  CHECK_FALSE(std::filesystem::exists(folder + "/first"));
  CHECK(task.project.containers().empty());
}
