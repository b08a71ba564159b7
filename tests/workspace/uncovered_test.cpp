#include "milepost/workspace/shadow_git.hpp"

#include "repository.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace milepost;
using milepost::test::lines;
using milepost::test::Repository;

namespace {

using Paths = std::vector<std::string>;

/// A user's repository with ignored files that are older than what comes now.
struct WithIgnored : Repository {
  WithIgnored() {
    write(".gitignore", ".env\nbuild/\n");
    commit_all("first");
    write(".env", "KEY=private\n");
    write("build/old", "old\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // beyond the grain of a file's times
  }
};

}  // namespace

TEST_CASE("what an edit of .gitignore uncovers is neither recorded nor committed, and a restore leaves it") {
  const WithIgnored repo;
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write(".gitignore", "node_modules\n");
  repo.write("build/new", "new\n");
  repo.write("made", "m\n");
  SUBCASE("as it was") {}
  SUBCASE("with an edit of the task's") {
    std::ofstream(repo.root / ".env", std::ios::app) << "MORE=1\n";
  }
  const Snapshot after = git.snapshot("after");
  const Paths expected{"M .gitignore", "A build/new", "A made"};
  CHECK(lines(git.changes(before, after, {})) == expected);
  CHECK(git.set_aside() == Paths{".env", "build/old"});
  const std::string secret = repo.read(".env");

  CHECK(lines(git.commit({before, "work", {}}).changed) == expected);
  CHECK(repo.git({"ls-files"}) == ".gitignore\nbuild/new\nmade\n");

  ShadowGit later = repo.open();
  CHECK(later.set_aside() == Paths{".env", "build/old"});
  CHECK(later.snapshot("later").tree == after.tree);
  later.restore(before);
  CHECK(repo.read(".env") == secret);
  CHECK(repo.read("build/old") == "old\n");
  CHECK_FALSE(repo.has("build/new"));
}

TEST_CASE("what the user no longer ignores between two runs is recorded") {
  const WithIgnored repo;
  const Snapshot before = repo.open().snapshot("before");
  repo.write(".gitignore", "build/\n");
  ShadowGit git = repo.open();
  CHECK(lines(git.changes(before, git.snapshot("after"), {})) == Paths{"A .env", "M .gitignore"});
  CHECK(git.set_aside().empty());
}

TEST_CASE("a file that was set aside is recorded again once the user tracks it") {
  const WithIgnored repo;
  ShadowGit git = repo.open();
  git.snapshot("before");
  repo.write(".gitignore", "build/\n");
  const Snapshot without = git.snapshot("without");
  REQUIRE(git.set_aside() == Paths{".env"});
  repo.git({"add", ".env"});
  CHECK(lines(git.changes(without, git.snapshot("with"), {})) == Paths{"A .env"});
}

TEST_CASE("a large directory that an edit of .gitignore uncovers is set aside as a whole") {
  const WithIgnored repo;
  for (int i = 0; i < 150; ++i) repo.write("build/[a b]*/" + std::to_string(i), "x");
  repo.write("odd name?\\ ", "x");
  repo.write(".gitignore", ".env\nbuild/\nodd*\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write(".gitignore", ".env\n");
  const Snapshot after = git.snapshot("after");
  CHECK(git.set_aside() == Paths{"build/", "odd name?\\ "});
  CHECK(lines(git.changes(before, after, {})) == Paths{"M .gitignore"});
}

TEST_CASE("what was committed is told by the commit, also that of a root, and whether HEAD has it") {
  const Repository repo;
  repo.write("a", "1");
  repo.write("odd\nname", "1");
  const std::string first = repo.commit_all("first");
  repo.remove("a");
  const std::string second = repo.commit_all("second");
  const ShadowGit git = repo.open();
  CHECK(git.paths_of(first) == Paths{"a", "odd\nname"});
  CHECK(git.paths_of(second) == Paths{"a"});
  CHECK(git.not_in_head({first, second}).empty());
  repo.git({"reset", "-q", "--hard", first});
  CHECK(git.not_in_head({first, second}) == Paths{second});
}

TEST_CASE("what a task makes and no longer ignores is its work") {
  const WithIgnored repo;
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("build/result", "made by the task\n");
  repo.write(".gitignore", ".env\n");
  CHECK(lines(git.changes(before, git.snapshot("after"), {})) == Paths{"M .gitignore", "A build/result"});
  CHECK(git.set_aside() == Paths{"build/old"});
}
