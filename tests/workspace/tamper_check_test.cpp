#include "milepost/workspace/tamper_check.hpp"

#include "repository.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include <fstream>

namespace fs = std::filesystem;
using milepost::CodeFolder;
using milepost::find_code_folder;
using milepost::fingerprint;
using milepost::tampered;
using milepost::test::Repository;

using Paths = std::vector<std::string>;

TEST_CASE("reading, working and staging touch nothing that steers git") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  const CodeFolder folder = find_code_folder(repo.root, repo.state);
  const auto before = fingerprint(folder);
  repo.write("a", "2");
  repo.git({"add", "a"});
  repo.status();
  CHECK(tampered(before, fingerprint(folder)).empty());
}

TEST_CASE("F48: each change of a steering file is named") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  const CodeFolder folder = find_code_folder(repo.root, repo.state);
  const fs::path git = repo.root / ".git";
  const auto before = fingerprint(folder);
  Paths expected;
  SUBCASE("config") {
    std::ofstream(git / "config", std::ios::app) << "[core]\n\tfsmonitor = x\n";
    expected = {".git/config"};
  }
  SUBCASE("config of the same size and time") {
    const auto time = fs::last_write_time(git / "config");
    std::string text = milepost::test::slurp(git / "config");
    text[text.size() - 2] = text[text.size() - 2] == 'x' ? 'y' : 'x';
    std::ofstream(git / "config") << text;
    fs::last_write_time(git / "config", time);
    expected = {".git/config"};
  }
  SUBCASE("config.worktree") {
    std::ofstream(git / "config.worktree") << "x";
    expected = {".git/config.worktree"};
  }
  SUBCASE("a new hook") {
    std::ofstream(git / "hooks/post-commit") << "x";
    expected = {".git/hooks/post-commit"};
  }
  SUBCASE("a hook made executable") {
    fs::permissions(git / "info/exclude", fs::perms::owner_exec, fs::perm_options::add);
    expected = {".git/info/exclude"};
  }
  SUBCASE("a link in place of hooks") {
    fs::remove_all(git / "hooks");
    const auto without = fingerprint(folder);
    fs::create_directory_symlink("../evil", git / "hooks");
    CHECK(tampered(without, fingerprint(folder)) == Paths{".git/hooks"});
    return;
  }
  SUBCASE("attributes") {
    std::ofstream(git / "info/attributes") << "* filter=x\n";
    expected = {".git/info/attributes"};
  }
  SUBCASE("alternates") {
    std::ofstream(git / "objects/info/alternates") << "/x\n";
    expected = {".git/objects/info/alternates"};
  }
  SUBCASE("HEAD") {
    std::ofstream(git / "HEAD") << "ref: refs/heads/other\n";
    expected = {".git/HEAD"};
  }
  SUBCASE("a ref") {
    std::ofstream(git / "refs/heads/main") << "0000";
    expected = {".git/refs/heads/main"};
  }
  SUBCASE("a submodule's config") {
    fs::create_directories(git / "modules/a/b");
    std::ofstream(git / "modules/a/b/HEAD") << "x";
    const auto with = fingerprint(folder);
    std::ofstream(git / "modules/a/b/config") << "x";
    CHECK(tampered(with, fingerprint(folder)) == Paths{".git/modules/a/b/config"});
    return;
  }
  CHECK(tampered(before, fingerprint(folder)) == expected);
}

TEST_CASE("F49: a .git that was moved away and made again is noticed though every file is the same") {
  const Repository repo;
  const CodeFolder folder = find_code_folder(repo.root, repo.state);
  const auto before = fingerprint(folder);
  fs::copy(repo.root / ".git", repo.root / ".copy", fs::copy_options::recursive);
  fs::rename(repo.root / ".git", repo.root / ".old");
  fs::rename(repo.root / ".copy", repo.root / ".git");
  CHECK(tampered(before, fingerprint(folder)) == Paths{".git"});
  repo.remove(".git");
  const auto after = tampered(before, fingerprint(folder));
  REQUIRE_FALSE(after.empty());
  CHECK(after.front() == ".git");
}

TEST_CASE("in a linked worktree the .git file and both git directories are watched") {
  const Repository repo;
  repo.commit_all("first");
  repo.git({"worktree", "add", "--quiet", "../tree", "-b", "topic"});
  const CodeFolder folder = find_code_folder(repo.scratch / "tree", repo.state);
  const auto before = fingerprint(folder);
  std::ofstream(repo.scratch / "tree/.git") << "gitdir: elsewhere\n";
  std::ofstream(folder.common_dir / "config", std::ios::app) << "#\n";
  std::ofstream(folder.git_dir / "config.worktree") << "#\n";
  CHECK(tampered(before, fingerprint(folder)) == Paths{".git", (folder.common_dir / "config").string(),
                                                       (folder.git_dir / "config.worktree").string()});
}

TEST_CASE("FIFOs, links and huge files in the git directory neither block nor are followed") {
  const Repository repo;
  const CodeFolder folder = find_code_folder(repo.root, repo.state);
  const fs::path hooks = repo.root / ".git/hooks";
  REQUIRE(::mkfifo((hooks / "fifo").c_str(), 0600) == 0);
  fs::create_symlink("/dev/zero", hooks / "zero");
  fs::create_directory_symlink("/", hooks / "all");
  std::ofstream(hooks / "huge") << "x";
  fs::resize_file(hooks / "huge", std::uintmax_t{20} << 30);
  const auto before = fingerprint(folder);
  CHECK(before.entries.size() < 60);
  CHECK(tampered(before, fingerprint(folder)).empty());
  fs::resize_file(hooks / "huge", std::uintmax_t{21} << 30);
  CHECK(tampered(before, fingerprint(folder)) == Paths{".git/hooks/huge"});
}
