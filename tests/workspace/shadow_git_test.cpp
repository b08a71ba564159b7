#include "milepost/workspace/shadow_git.hpp"

#include "milepost/base/error.hpp"

#include "repository.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

namespace fs = std::filesystem;
using milepost::EnvironmentError;
using milepost::InfraError;
using milepost::ShadowGit;
using milepost::Snapshot;
using milepost::TamperedError;
using milepost::UsageError;
using milepost::test::lines;
using milepost::test::nested_in;
using milepost::test::Repository;
using milepost::test::slurp;

namespace {

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("an unchanged work tree reuses the snapshot's commit, also in a new process") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot one = git.snapshot("run-1/3.1-1");
  const Snapshot two = git.snapshot("run-1/3.1-2");
  CHECK(one.commit == two.commit);
  CHECK(repo.open().snapshot("later").commit == one.commit);
  CHECK(git.snapshots() == Paths{"later", "run-1/3.1-1", "run-1/3.1-2"});
  CHECK(git.find_snapshot("run-1/3.1-2")->tree == one.tree);
  CHECK_FALSE(git.find_snapshot("none"));
  CHECK_FALSE(git.find_snapshot("../HEAD"));
  CHECK_THROWS_AS(git.snapshot("../x"), UsageError);
}

TEST_CASE("what happens to a work tree that has rested is recorded") {
  const Repository repo;
  repo.write("a", "one");
  repo.write(".gitignore", "ignored\n");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot first = git.snapshot("first");
  std::this_thread::sleep_for(std::chrono::milliseconds(4100));  // its signature counts from here on
  REQUIRE(git.snapshot("rested").commit == first.commit);
  REQUIRE(git.snapshot("still").commit == first.commit);

  // Tracked from now on although it is ignored: no file changes.
  repo.write("ignored", "x");
  std::this_thread::sleep_for(std::chrono::milliseconds(4100));
  REQUIRE(git.snapshot("untracked").commit == first.commit);
  REQUIRE(git.snapshot("still-untracked").commit == first.commit);
  repo.git({"add", "-f", "ignored"});
  const Snapshot tracked = git.snapshot("tracked");
  CHECK(lines(git.changes(first, tracked)) == Paths{"A ignored"});

  // An edit of the same length with the times put back.
  struct stat old {};
  REQUIRE(::stat((repo.root / "a").c_str(), &old) == 0);
  repo.write("a", "two");
  const timespec times[2] = {old.st_atim, old.st_mtim};
  REQUIRE(::utimensat(AT_FDCWD, (repo.root / "a").c_str(), times, 0) == 0);
  const Snapshot edited = git.snapshot("edited");
  CHECK(lines(git.changes(tracked, edited)) == Paths{"M a"});

  git.restore(tracked);
  CHECK(repo.read("a") == "one");
  CHECK(git.snapshot("back").tree == tracked.tree);
  git.restore(edited);
  CHECK(repo.read("a") == "two");
  CHECK(git.snapshot("again").tree == edited.tree);
}

TEST_CASE("a snapshot tells every kind of change") {
  const Repository repo;
  for (const char* name : {"keep", "edit", "gone", "mode", "type", "dir/file", "thing"})
    repo.write(name, name);
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("edit", "edited");
  repo.remove("gone");
  fs::permissions(repo.root / "mode", fs::perms::owner_exec, fs::perm_options::add);
  repo.remove("type");
  fs::create_symlink("/etc/passwd", repo.root / "type");
  repo.remove("dir");
  repo.write("dir", "a file now");
  repo.remove("thing");
  repo.write("thing/inside", "a directory now");
  repo.write("new\nline", "1");
  repo.write("-dash", "2");
  repo.write("\xff\xfe", "3");
  repo.write(":(top)magic", "4");
  repo.write("tab\t\"quote\"\\", "5");
  const Snapshot after = git.snapshot("after");
  Paths found = lines(git.changes(before, after));
  std::sort(found.begin(), found.end());
  Paths expected{"A -dash",        "A :(top)magic", "A dir",      "A new\nline", "A tab\t\"quote\"\\",
                 "A thing/inside", "A \xff\xfe",    "D dir/file", "D gone",      "D thing",
                 "M edit",         "M mode",        "T type"};
  std::sort(expected.begin(), expected.end());
  CHECK(found == expected);
  CHECK(git.changes(after, after).empty());
}

TEST_CASE("ignored files are left out, tracked ones are in although a rule matches them") {
  const Repository repo;
  std::ofstream(repo.home / "rules") << "*.global\n";
  repo.git({"config", "--global", "core.excludesFile", "~/rules"});
  std::ofstream(repo.root / ".git/info/exclude") << "*.info\n";
  repo.write(".gitignore", "*.log\n");
  repo.write("forced.log", "1");
  repo.git({"add", "-f", "forced.log", ".gitignore"});
  repo.git({"commit", "--quiet", "-m", "first"});
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("forced.log", "2");
  for (const char* name : {"other.log", "x.info", "x.global", "seen"}) repo.write(name, "x");
  CHECK(lines(git.changes(before, git.snapshot("after"))) == Paths{"M forced.log", "A seen"});
}

TEST_CASE("F48: an edit of the same size with its time put back is seen") {
  const Repository repo;
  repo.write("a", "1111");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(repo.root / "a", old);
  const Snapshot before = git.snapshot("before");
  repo.write("a", "2222");
  fs::last_write_time(repo.root / "a", old);
  repo.git({"config", "core.trustctime", "false"});
  repo.git({"config", "core.checkStat", "minimal"});
  repo.git({"update-index", "--assume-unchanged", "a"});
  CHECK(repo.status().empty());
  CHECK(lines(git.changes(before, git.snapshot("after"))) == Paths{"M a"});
}

TEST_CASE("a snapshot keeps bytes that text conversion would change") {
  const Repository repo;
  repo.git({"config", "core.autocrlf", "true"});
  repo.write(".gitattributes", "*.txt text\n*.id ident\n*.utf16 working-tree-encoding=UTF-16\n");
  repo.write("mixed.txt", "one\r\ntwo\n");
  repo.write("a.id", "$Id: something $\n");
  repo.write("broken.utf16", "not utf-16");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  for (const char* name : {"mixed.txt", "a.id", "broken.utf16"}) repo.write(name, "lost");
  git.restore(before);
  CHECK(repo.read("mixed.txt") == "one\r\ntwo\n");
  CHECK(repo.read("a.id") == "$Id: something $\n");
  CHECK(repo.read("broken.utf16") == "not utf-16");
}

TEST_CASE("F55: restore undoes rm -rf of everything, and the restore itself can be undone") {
  const Repository repo;
  repo.write("tracked", "1");
  repo.write("dir/deep/file", "2");
  repo.commit_all("first");
  repo.write("untracked", "3");
  repo.write("tracked", "edited, not committed");
  fs::create_symlink("tracked", repo.root / "link");
  fs::permissions(repo.root / "dir/deep/file", fs::perms::owner_all);
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  for (const char* name : {"tracked", "dir", "untracked", "link"}) repo.remove(name);
  repo.write("created/by/agent", "x");
  const std::string undo = repo.open().restore(before);
  CHECK(repo.read("tracked") == "edited, not committed");
  CHECK(repo.read("dir/deep/file") == "2");
  CHECK(repo.read("untracked") == "3");
  CHECK(fs::read_symlink(repo.root / "link") == "tracked");
  CHECK((fs::status(repo.root / "dir/deep/file").permissions() & fs::perms::owner_exec) != fs::perms::none);
  CHECK_FALSE(repo.has("created"));
  CHECK(undo.starts_with("before-restore-"));
  const auto kept = repo.open().kept_snapshots();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].name == undo);
  CHECK(milepost::parse_utc(kept[0].time));

  ShadowGit again = repo.open();
  again.restore(*again.find_snapshot(undo));
  CHECK(repo.read("created/by/agent") == "x");
  CHECK_FALSE(repo.has("tracked"));
}

TEST_CASE("restore keeps ignored files, HEAD and the user's index") {
  const Repository repo;
  repo.write(".gitignore", "build/\n");
  repo.write("a", "1");
  const std::string head = repo.commit_all("first");
  repo.write("build/out", "object");
  repo.write("staged", "s");
  repo.git({"add", "staged"});
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a", "2");
  git.restore(before);
  CHECK(repo.read("build/out") == "object");
  CHECK(git.head() == head);
  CHECK(repo.status() == "A  staged\n");
}

TEST_CASE("restore leaves what only the rules of the snapshot do not ignore") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write(".gitignore", "build/\n");
  repo.write("build/x", "made");
  repo.write("a", "2");
  CHECK_NOTHROW(git.restore(before));
  CHECK(repo.read("a") == "1");
  CHECK_FALSE(repo.has(".gitignore"));
  CHECK(repo.read("build/x") == "made");
}

TEST_CASE("F51: restore never writes through a link that the agent put in place of a directory") {
  const Repository repo;
  repo.write("src/a", "good");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  const fs::path outside = repo.scratch / "outside";
  fs::create_directories(outside);
  std::ofstream(outside / "a") << "host";
  repo.remove("src");
  fs::create_directory_symlink(outside, repo.root / "src");
  SUBCASE("a link git sees") {}
  SUBCASE("a link that the agent made git ignore") {
    repo.write(".gitignore", "src\n");
  }
  git.restore(before);
  CHECK(slurp(outside / "a") == "host");
  CHECK(fs::is_directory(fs::symlink_status(repo.root / "src")));
  CHECK(repo.read("src/a") == "good");
}

TEST_CASE("what git cannot record counts as absent and does not stop a snapshot") {
  const Repository repo;
  repo.write("a", "1");
  repo.write("b", "1");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.remove("a");
  REQUIRE(::mkfifo((repo.root / "a").c_str(), 0600) == 0);
  REQUIRE(::mkfifo((repo.root / "fifo").c_str(), 0600) == 0);
  repo.write("git~1/x", "a name that git refuses");
  repo.write("b", "2");
  CHECK(lines(git.changes(before, git.snapshot("after"))) == Paths{"D a", "M b"});
  git.restore(before);
  CHECK(repo.read("a") == "1");
}

TEST_CASE("a FIFO that git would wait for is named instead") {
  const Repository repo;
  repo.write("dir/a", "1");
  repo.commit_all("first");
  const char* name = "dir/.gitignore";
  SUBCASE("ignore rules") {}
  SUBCASE("attributes") {
    name = "dir/.gitattributes";
  }
  REQUIRE(::mkfifo((repo.root / name).c_str(), 0600) == 0);
  repo.write("dir/a", "22");
  ShadowGit git(milepost::find_code_folder(repo.root, repo.state), repo.state / "shadow",
                {.stop = {}, .patience = std::chrono::milliseconds(300)});
  for (int time = 1; time <= 2; ++time) {
    CAPTURE(time);
    std::string refusal;
    try {
      git.snapshot("x");
    } catch (const TamperedError& error) {
      refusal = error.what();
    }
    CHECK(refusal.find(name) != std::string::npos);
  }
  repo.remove(name);
  CHECK_NOTHROW(git.snapshot("x"));
}

TEST_CASE("nested repositories are named, never entered, recorded or overwritten") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  repo.write("plain", "a file");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.remove("plain");
  for (const char* name : {"empty", "plain/planted"}) repo.git({"init", "--quiet", name});
  repo.write("plain/planted/x", "1");
  repo.git_in(repo.root / "plain/planted", {"add", "x"});
  repo.git_in(repo.root / "plain/planted", {"commit", "--quiet", "-m", "x"});
  const Snapshot after = git.snapshot("after");
  CHECK(lines(git.changes(before, after)) == Paths{"D plain"});
  CHECK(nested_in(git) == Paths{"empty", "plain/planted"});
  CHECK_THROWS_AS(git.restore(before), UsageError);
  CHECK(repo.read("plain/planted/x") == "1");
  CHECK(repo.has("plain/planted/.git/HEAD"));
}

TEST_CASE("a .git planted in a tracked directory hides no change in it") {
  const Repository repo;
  repo.write("src/a", "1");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.git({"init", "--quiet", "src"});
  repo.write("src/a", "2");
  repo.write("src/b", "new");
  SUBCASE("with the index of the snapshots") {}
  SUBCASE("without it") {
    fs::remove(repo.state / "shadow/index");
  }
  const Paths found = lines(git.changes(before, git.snapshot("after")));
  REQUIRE_FALSE(found.empty());
  CHECK(found.front() == "M src/a");
}

TEST_CASE("the state of a repository inside the work tree tells of files and of HEAD") {
  const Repository library;
  library.write("lib.c", "int x;\n");
  library.commit_all("first");
  const Repository repo;
  repo.git({"clone", "--quiet", library.root.string(), "clone"});
  repo.git({"submodule", "--quiet", "add", library.root.string(), "lib"});
  repo.git({"commit", "--quiet", "-m", "first"});
  ShadowGit git = repo.open();
  const auto states = [&] {
    git.snapshot("now");
    Paths text;
    for (const auto& found : git.foreign_repositories())
      text.push_back(found.path + (found.is_submodule ? " submodule " : " ") +
                     found.state.value_or("too large"));
    return text;
  };
  const Paths before = states();
  REQUIRE(before.size() == 2);
  CHECK(before[0].starts_with("lib submodule "));
  CHECK(before[1].starts_with("clone "));
  repo.git_in(repo.root / "clone", {"status"});
  CHECK(states() == before);

  repo.write("lib/lib.c", "int y;\n");
  repo.git_in(repo.root / "clone", {"commit", "--quiet", "--allow-empty", "-m", "second"});
  const Paths after = states();
  REQUIRE(after.size() == 2);
  CHECK(after[0] != before[0]);
  CHECK(after[1] != before[1]);
}

TEST_CASE("a link in the place of a submodule is not followed for its state") {
  const Repository repo;
  repo.write("a", "1");
  fs::create_symlink(repo.home, repo.root / "link");
  CHECK(milepost::state_of_repository(repo.root, "link") == milepost::state_of_repository(repo.root, "none"));
}

TEST_CASE("the user's submodules are neither recorded nor reported, even when their .git is gone") {
  const Repository library;
  library.write("lib.c", "int x;\n");
  library.commit_all("first");
  const Repository repo;
  repo.git({"submodule", "--quiet", "add", library.root.string(), "lib"});
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("lib/lib.c", "int y;\n");
  CHECK(git.snapshot("dirty").tree == before.tree);
  CHECK(nested_in(git).empty());
  repo.remove("lib/.git");
  CHECK(git.snapshot("without").tree == before.tree);
}

TEST_CASE("the user's uncommitted work is everything git status names") {
  const Repository repo;
  for (const char* name : {"clean", "edited", "staged", "gone", "untracked"}) repo.write(name, "1");
  repo.commit_all("first");
  repo.write("edited", "2");
  repo.write("staged", "2");
  repo.git({"add", "staged"});
  repo.remove("gone");
  repo.write("new file", "1");
  repo.git({"rm", "--quiet", "--cached", "untracked"});
  const auto index_before = slurp(repo.root / ".git/index");
  CHECK(repo.open().uncommitted() == Paths{"edited", "gone", "staged", "untracked", "new file"});
  CHECK(slurp(repo.root / ".git/index") == index_before);
}

TEST_CASE("a diff has a summary and the patch, and keeps its limit") {
  const Repository repo;
  repo.write("a.txt", "one\n");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a.txt", "two\n");
  const Snapshot after = git.snapshot("after");
  const std::string diff = git.diff(before, after, 10000);
  CHECK(diff.find("a.txt | 2 +-") != std::string::npos);
  CHECK(diff.find("-one\n+two\n") != std::string::npos);
  CHECK(git.diff(before, after, 50).size() <= 50);
  CHECK(git.diff(after, after, 50).empty());
}

TEST_CASE("HEAD and branch are told in every state") {
  const Repository repo;
  CHECK_FALSE(repo.open().head());
  CHECK(repo.open().branch() == "main");
  repo.write("a", "1");
  const std::string first = repo.commit_all("first");
  CHECK(repo.open().head() == first);
  repo.git({"checkout", "--quiet", "-b", "topic/with/slashes"});
  CHECK(repo.open().branch() == "topic/with/slashes");
  repo.git({"pack-refs", "--all"});
  CHECK(repo.open().head() == first);
  repo.git({"checkout", "--quiet", "--detach"});
  CHECK(repo.open().head() == first);
  CHECK_FALSE(repo.open().branch());
}

TEST_CASE("commits are found by a line of their message, and listed since another") {
  const Repository repo;
  const std::string first = repo.commit_all("first");
  const std::string second = repo.commit_all("second\n\nMilepost-Task: run-1/3.1\nSigned-off-by: x");
  repo.commit_all("third\n\nquotes Milepost-Task: run-1/3.1 inside a line");
  const ShadowGit git = repo.open();
  CHECK(git.find_commit_with_line("Milepost-Task: run-1/3.1") == second);
  CHECK_FALSE(git.find_commit_with_line("Milepost-Task: run-1/3"));
  CHECK(git.commits_since(first) ==
        Paths{second.substr(0, 7) + " second", git.head()->substr(0, 7) + " third"});
  CHECK(git.commits_since(*git.head()).empty());
}

TEST_CASE("history that a shallow clone does not have is no error") {
  const Repository repo;
  repo.commit_all("first");
  repo.commit_all("second");
  repo.git({"clone", "--quiet", "--depth", "1", "file://" + repo.root.string(), "../clone"});
  const ShadowGit git(milepost::find_code_folder(repo.scratch / "clone", repo.state),
                      repo.state / "shadow-2");
  CHECK_FALSE(git.find_commit_with_line("not there"));
}

TEST_CASE("a git that was killed in the middle leaves nothing that stops the next one") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  const Snapshot before = repo.open().snapshot("before");
  SUBCASE("a lock") {
    std::ofstream(repo.state / "shadow/index.lock") << "";
  }
  SUBCASE("a damaged index") {
    std::ofstream(repo.state / "shadow/index") << "DIRC broken";
  }
  SUBCASE("a lost commit") {
    std::ofstream(repo.state / "shadow/HEAD") << std::string(40, 'a') << "\n";
  }
  CHECK(repo.open().snapshot("after").tree == before.tree);
}

TEST_CASE("a program called git in the code folder is not used, whatever PATH says") {
  const Repository repo;
  repo.write("bin/git",
             "#!/bin/sh\ntouch " + (repo.scratch / "marker").string() + "\nexec /usr/bin/git \"$@\"\n");
  fs::permissions(repo.root / "bin/git", fs::perms::owner_all);
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", (":bin:" + (repo.root / "bin").string() + ":" + path).c_str(), 1);
  repo.open().snapshot("x");
  ::setenv("PATH", path.c_str(), 1);
  CHECK_FALSE(fs::exists(repo.scratch / "marker"));
}
