#include "milepost/workspace/code_folder.hpp"

#include "milepost/base/error.hpp"

#include "repository.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <fstream>

namespace fs = std::filesystem;
using milepost::CodeFolder;
using milepost::EnvironmentError;
using milepost::find_code_folder;
using milepost::test::Repository;

namespace {

std::string refusal(const fs::path& start, const fs::path& state) {
  try {
    find_code_folder(start, state);
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a repository is found from any folder and file in it") {
  const Repository repo;
  repo.write("a/b/plan.md", "x");
  for (const char* start : {"", "a", "a/b", "a/b/plan.md"}) {
    const CodeFolder folder = find_code_folder(repo.root / start, repo.state);
    CHECK(folder.root == repo.root);
    CHECK(folder.git_dir == repo.root / ".git");
    CHECK(folder.common_dir == folder.git_dir);
    CHECK_FALSE(folder.dot_git_is_file);
  }
}

TEST_CASE("the key is 16 hex digits, the same through a link, another for another folder") {
  const Repository repo;
  const Repository other;
  fs::create_directory_symlink(repo.root, repo.scratch / "link");
  const std::string key = find_code_folder(repo.root, repo.state).key();
  CHECK(key.size() == 16);
  CHECK(key.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(find_code_folder(repo.scratch / "link", repo.state).key() == key);
  CHECK(find_code_folder(other.root, other.state).key() != key);
}

TEST_CASE("a linked worktree has its own git directory and the common one") {
  const Repository repo;
  repo.commit_all("first");
  repo.git({"worktree", "add", "--quiet", "../tree", "-b", "topic"});
  const CodeFolder folder = find_code_folder(repo.scratch / "tree", repo.state);
  CHECK(folder.dot_git_is_file);
  CHECK(folder.root == repo.scratch / "tree");
  CHECK(folder.git_dir == repo.root / ".git/worktrees/tree");
  CHECK(folder.common_dir == repo.root / ".git");
}

TEST_CASE("a submodule's relative .git file leads to its git directory") {
  const Repository repo;
  const Repository library;
  library.write("lib.c", "int x;\n");
  library.commit_all("first");
  ::setenv("HOME", repo.home.c_str(), 1);
  repo.git({"submodule", "--quiet", "add", library.root.string(), "lib"});
  const CodeFolder folder = find_code_folder(repo.root / "lib", repo.state);
  CHECK(folder.dot_git_is_file);
  CHECK(folder.git_dir == repo.root / ".git/modules/lib");
  CHECK(folder.common_dir == folder.git_dir);
}

TEST_CASE("what is no work tree is refused with the reason") {
  const Repository repo;
  SUBCASE("no repository at all") {
    fs::create_directories(repo.scratch / "plain");
    CHECK(mentions(refusal(repo.scratch / "plain", repo.state), "no git repository"));
  }
  SUBCASE("a folder that does not exist") {
    CHECK(mentions(refusal(repo.scratch / "nowhere", repo.state), "nowhere"));
  }
  SUBCASE("a bare repository") {
    repo.git({"init", "--quiet", "--bare", "../bare.git"});
    CHECK(mentions(refusal(repo.scratch / "bare.git", repo.state), "bare"));
  }
  SUBCASE("the inside of .git") {
    CHECK(mentions(refusal(repo.root / ".git/hooks", repo.state), "git directory"));
  }
  SUBCASE("core.bare is true") {
    repo.git({"config", "core.bare", "true"});
    CHECK(mentions(refusal(repo.root, repo.state), "core.bare"));
  }
  SUBCASE("an empty .git directory") {
    repo.remove(".git");
    fs::create_directories(repo.root / ".git");
    CHECK(mentions(refusal(repo.root, repo.state), "not a git directory"));
  }
}

TEST_CASE("a .git that cannot be protected is refused") {
  const Repository repo;
  SUBCASE("a symbolic link") {
    fs::rename(repo.root / ".git", repo.scratch / "real.git");
    fs::create_directory_symlink(repo.scratch / "real.git", repo.root / ".git");
    CHECK(mentions(refusal(repo.root, repo.state), "symbolic link"));
  }
  SUBCASE("a file that leads into the code folder") {
    fs::rename(repo.root / ".git", repo.root / "evil");
    std::ofstream(repo.root / ".git") << "gitdir: ./evil\n";
    CHECK(mentions(refusal(repo.root, repo.state), "inside the code folder"));
  }
  SUBCASE("a file whose common directory leads into the code folder") {
    fs::rename(repo.root / ".git", repo.root / "evil");
    fs::create_directories(repo.scratch / "outside");
    std::ofstream(repo.scratch / "outside/HEAD") << "ref: refs/heads/main\n";
    std::ofstream(repo.scratch / "outside/commondir") << "../repo/evil\n";
    std::ofstream(repo.root / ".git") << "gitdir: ../outside\n";
    CHECK(mentions(refusal(repo.root, repo.state), "inside the code folder"));
  }
  SUBCASE("a file that leads nowhere") {
    repo.remove(".git");
    std::ofstream(repo.root / ".git") << "gitdir: ../gone\n";
    CHECK(mentions(refusal(repo.root, repo.state), "does not lead to a git directory"));
  }
}

TEST_CASE("F52: a folder that holds more than one project's code is refused") {
  const Repository repo;
  SUBCASE("the home directory") {
    ::setenv("HOME", repo.root.c_str(), 1);
    CHECK(mentions(refusal(repo.root, repo.state), "home directory"));
  }
  SUBCASE("a parent of the home directory") {
    fs::create_directories(repo.root / "me");
    ::setenv("HOME", (repo.root / "me").c_str(), 1);
    CHECK(mentions(refusal(repo.root, repo.state), "home directory"));
  }
  SUBCASE("the state directory inside, even before it exists") {
    CHECK(mentions(refusal(repo.root, repo.root / "state/milepost"), "state directory"));
  }
}

TEST_CASE("F52: a folder of another user is refused, naming that user" * doctest::skip(::geteuid() != 0)) {
  const Repository repo;
  REQUIRE(::chown(repo.root.c_str(), 54321, 54321) == 0);
  CHECK(mentions(refusal(repo.root, repo.state), "54321"));
  REQUIRE(::chown(repo.root.c_str(), 0, 0) == 0);
  REQUIRE(::chown((repo.root / ".git").c_str(), 54321, 54321) == 0);
  CHECK(mentions(refusal(repo.root, repo.state), "54321"));
}

TEST_CASE("F52: odd folder names work") {
  const Repository repo;
  for (const std::string name : {"with space", "-dash", "comma,colon:", "new\nline", "\xff\xfe not utf-8"}) {
    const fs::path root = repo.scratch / name;
    fs::create_directories(root);
    repo.git_in(root, {"init", "--quiet"});
    CHECK(find_code_folder(root, repo.state).root == root);
  }
}
