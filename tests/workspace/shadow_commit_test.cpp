#include "milepost/base/error.hpp"
#include "milepost/process/process.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include "repository.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include <fstream>

namespace fs = std::filesystem;
using milepost::CommitResult;
using milepost::EnvironmentError;
using milepost::InfraError;
using milepost::ShadowGit;
using milepost::Snapshot;
using milepost::test::nested_in;
using milepost::test::Repository;
using milepost::test::slurp;

namespace {

using Paths = std::vector<std::string>;

/// The paths of a commit with their status, as the user's git shows them.
std::string shown(const Repository& repo, const std::string& commit) {
  return repo.git(
      {"-c", "core.quotePath=false", "show", "--no-renames", "--root", "--format=", "--name-status", commit});
}

}  // namespace

TEST_CASE("a commit holds what changed since the snapshot, as the user, and status is clean afterwards") {
  const Repository repo;
  for (const char* name : {"edit", "gone", "mode", "dir/file", "thing", "same"}) repo.write(name, name);
  const std::string first = repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("edit", "edited");
  repo.remove("gone");
  fs::permissions(repo.root / "mode", fs::perms::owner_exec, fs::perm_options::add);
  repo.remove("dir");
  repo.write("dir", "a file now");
  repo.remove("thing");
  repo.write("thing/inside", "a directory now");
  fs::create_symlink("/etc/passwd", repo.root / "link");
  repo.write("-dash", "1");
  repo.write("new\nline", "2");
  repo.write("\xff\xfe", "3");
  repo.write(":(top)magic", "4");
  const CommitResult result = git.commit({before, "feat(M3): do it\n\nA body.\n\nMilepost-Task: 3.1\n"});

  REQUIRE(result.commit);
  CHECK(result.swept.empty());
  CHECK(result.changed.size() == 12);
  CHECK(repo.status() == "");
  CHECK(repo.git({"rev-parse", "main"}) == *result.commit + "\n");
  CHECK(repo.git({"log", "-1", "--format=%an <%ae> %cn <%ce>|%P|%B"}) ==
        "Ada Tester <ada@example.com> Ada Tester <ada@example.com>|" + first +
            "|feat(M3): do it\n\nA body.\n\nMilepost-Task: 3.1\n\n");
  CHECK(repo.git({"reflog", "-1", "--format=%gs"}) == "milepost: feat(M3): do it\n");
  CHECK(repo.git({"reflog", "-1", "--format=%gs", "main"}) == "milepost: feat(M3): do it\n");
  CHECK(repo.git({"ls-tree", "HEAD", "mode"}).starts_with("100755"));
  CHECK(repo.git({"show", "HEAD:link"}) == "/etc/passwd");
  CHECK(repo.git({"show", "HEAD:thing/inside"}) == "a directory now");
  CHECK(repo.git({"show", "HEAD:-dash"}) == "1");
  repo.git({"fsck", "--strict"});
  CHECK(git.find_commit_with_line("Milepost-Task: 3.1") == result.commit);
}

TEST_CASE("nothing is committed when nothing changed, or when HEAD has it already") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  CHECK_FALSE(git.commit({before, "x"}).commit);
  repo.write("a", "2");
  const std::string by_user = repo.commit_all("the user was quicker");
  const CommitResult result = git.commit({before, "x"});
  CHECK_FALSE(result.commit);
  CHECK(result.changed.size() == 1);
  CHECK(git.head() == by_user);
}

TEST_CASE("F46: the user's uncommitted work stays uncommitted, staged work stays staged") {
  const Repository repo;
  for (const char* name : {"agent", "edited", "staged", "both", "deleted"}) repo.write(name, "1\n");
  repo.commit_all("first");
  repo.write("edited", "user\n");
  repo.write("staged", "user\n");
  repo.write("both", "staged\n");
  repo.git({"add", "staged", "both"});
  repo.write("both", "and edited\n");
  repo.git({"rm", "--quiet", "--cached", "deleted"});
  repo.write("untracked", "user\n");
  repo.write("intended", "user\n");
  repo.git({"add", "--intent-to-add", "intended"});
  const std::string status = repo.status();
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("agent", "agent\n");
  repo.write("new", "agent\n");
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(shown(repo, *result.commit) == "M\tagent\nA\tnew\n");
  CHECK(result.swept.empty());
  CHECK(repo.status() == status);
  CHECK(repo.git({"show", ":both"}) == "staged\n");
}

TEST_CASE("a path with the user's work that the agent changed is committed whole, and named") {
  const Repository repo;
  for (const char* name : {"edited", "staged", "clean"}) repo.write(name, "1\n");
  repo.commit_all("first");
  repo.write("edited", "1\nuser\n");
  repo.write("untracked", "user\n");
  repo.write("staged", "user\n");
  repo.git({"add", "staged"});
  repo.write("staged", "1\n");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  for (const char* name : {"edited", "untracked", "staged", "clean"}) {
    std::ofstream(repo.root / name, std::ios::app) << "agent\n";
  }
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(result.swept == Paths{"edited", "staged", "untracked"});
  CHECK(repo.git({"show", "HEAD:edited"}) == "1\nuser\nagent\n");
  CHECK(repo.status() == "");
}

TEST_CASE("what only the user changed while nobody else worked stays uncommitted, the rest is named") {
  const Repository repo;
  for (const char* name : {"agent", "user", "both", "undone"}) repo.write(name, "1\n");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("agent", "agent\n");
  repo.write("undone", "agent\n");
  repo.write("new", "agent\n");
  const Snapshot end = git.snapshot("end");
  repo.write("user", "user\n");
  repo.write("both", "user\n");
  repo.write("new", "agent\nuser\n");
  repo.write("private", "user\n");
  repo.write("undone", "1\n");
  const Snapshot begin = git.snapshot("begin");
  repo.write("both", "user\nagent\n");
  repo.write("undone", "agent again\n");
  const std::vector<milepost::UsersTime> users = {{end, begin}};
  CHECK(git.changes(before, git.snapshot("now"), users).size() == 4);
  const CommitResult result = git.commit({before, "task", users});
  REQUIRE(result.commit);
  CHECK(shown(repo, *result.commit) == "M\tagent\nM\tboth\nA\tnew\nM\tundone\n");
  CHECK(result.changed.size() == 4);
  CHECK(result.swept == Paths{"both", "new"});
  CHECK(repo.status() == " M user\n?? private\n");
}

TEST_CASE("F48: an edit that the user's git is blind for is committed, and not staged away again") {
  const Repository repo;
  repo.write("a", "1111");
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(repo.root / "a", old);
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a", "2222");
  fs::last_write_time(repo.root / "a", old);
  repo.git({"update-index", "--assume-unchanged", "a"});
  REQUIRE(git.commit({before, "task"}).commit);
  CHECK(repo.git({"show", "HEAD:a"}) == "2222");
  CHECK(repo.git({"show", ":a"}) == "2222");
  CHECK(repo.status() == "");
}

TEST_CASE("a path of the user's that the agent put back to HEAD is neither committed nor swept") {
  const Repository repo;
  repo.write("mine", "1");
  repo.commit_all("first");
  repo.write("mine", "user");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("mine", "1");
  repo.write("new", "agent");
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(shown(repo, *result.commit) == "A\tnew\n");
  CHECK(result.swept.empty());
  CHECK(result.changed.size() == 2);
}

TEST_CASE("the first commit of a repository is made on its unborn branch") {
  const Repository repo;
  repo.write("user", "not the agent's");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a", "1");
  const CommitResult result = git.commit({before, "first"});
  REQUIRE(result.commit);
  CHECK(repo.git({"rev-parse", "main"}) == *result.commit + "\n");
  CHECK(shown(repo, *result.commit) == "A\ta\n");
  CHECK(repo.status() == "?? user\n");
}

TEST_CASE("a detached HEAD moves, no branch does") {
  const Repository repo;
  repo.write("a", "1");
  const std::string first = repo.commit_all("first");
  repo.git({"checkout", "--quiet", "--detach"});
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a", "2");
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(repo.git({"rev-parse", "HEAD"}) == *result.commit + "\n");
  CHECK(repo.git({"rev-parse", "main"}) == first + "\n");
  CHECK(repo.status() == "");
}

TEST_CASE("a linked worktree's own branch and index are used") {
  const Repository repo;
  repo.write("a", "1");
  const std::string first = repo.commit_all("first");
  repo.git({"worktree", "add", "--quiet", "../tree", "-b", "topic"});
  ShadowGit git(milepost::find_code_folder(repo.scratch / "tree", repo.state), repo.state / "shadow-tree");
  CHECK(git.branch() == "topic");
  const Snapshot before = git.snapshot("before");
  std::ofstream(repo.scratch / "tree/a") << "2";
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(repo.git({"rev-parse", "topic"}) == *result.commit + "\n");
  CHECK(repo.git({"rev-parse", "main"}) == first + "\n");
  CHECK(repo.git_in(repo.scratch / "tree", {"status", "--porcelain"}) == "");
  CHECK(repo.status() == "");
}

TEST_CASE("inside a submodule commits go to the submodule") {
  const Repository library;
  library.write("lib.c", "int x;\n");
  library.commit_all("first");
  const Repository repo;
  repo.git({"submodule", "--quiet", "add", library.root.string(), "lib"});
  repo.commit_all("first");
  ShadowGit git(milepost::find_code_folder(repo.root / "lib", repo.state), repo.state / "shadow-lib");
  const Snapshot before = git.snapshot("before");
  repo.write("lib/lib.c", "int y;\n");
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(repo.git_in(repo.root / "lib", {"rev-parse", "HEAD"}) == *result.commit + "\n");
  CHECK(repo.git_in(repo.root / "lib", {"status", "--porcelain"}) == "");
}

TEST_CASE("submodules stay at their recorded commit, whatever the agent did in them") {
  const Repository library;
  library.write("lib.c", "int x;\n");
  library.commit_all("first");
  const Repository repo;
  repo.git({"submodule", "--quiet", "add", library.root.string(), "lib"});
  repo.commit_all("first");
  const std::string recorded = repo.git({"ls-tree", "HEAD", "lib"});
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("lib/lib.c", "int y;\n");
  repo.git_in(repo.root / "lib", {"commit", "--quiet", "-am", "moved"});
  repo.write("lib/more", "x");
  repo.write("a", "1");
  SUBCASE("as it is") {}
  SUBCASE("with its .git removed") {
    repo.remove("lib/.git");
  }
  SUBCASE("replaced by a file") {
    repo.remove("lib");
    repo.write("lib", "a file");
  }
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(shown(repo, *result.commit) == "A\ta\n");
  CHECK(repo.git({"ls-tree", "HEAD", "lib"}) == recorded);
}

TEST_CASE("a planted repository is not committed, neither as files nor as a link to its commit") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.git({"init", "--quiet", "planted"});
  repo.write("planted/x", "1");
  repo.git_in(repo.root / "planted", {"add", "x"});
  repo.git_in(repo.root / "planted", {"commit", "--quiet", "-m", "x"});
  repo.write("b", "1");
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(shown(repo, *result.commit) == "A\tb\n");
  CHECK(nested_in(git) == Paths{"planted"});
}

TEST_CASE("text conversion gives the blobs that the user's git would give, and sweeps nothing") {
  const Repository repo;
  repo.git({"config", "core.autocrlf", "true"});
  repo.write(".gitattributes", "*.bin -text\n");
  std::ofstream(repo.root / ".git/info/attributes") << "*.utf16 working-tree-encoding=UTF-16LE\n";
  std::ofstream(repo.home / "attributes") << "*.id ident\n";
  repo.git({"config", "--global", "core.attributesFile", "~/attributes"});
  repo.write("a.txt", "one\r\ntwo\r\n");
  repo.commit_all("first");
  REQUIRE(repo.status() == "");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a.txt", "one\r\ntwo\r\nthree\r\n");
  repo.write("b.bin", "x\r\n");
  repo.write("c.id", "$Id: foo $\r\n");
  repo.write("d.utf16", std::string("x\0\n\0", 4));
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(result.swept.empty());
  for (const char* name : {"a.txt", "b.bin", "c.id", "d.utf16"}) {
    CAPTURE(name);
    CHECK(repo.git({"rev-parse", "HEAD:" + std::string(name)}) == repo.git({"hash-object", name}));
  }
  CHECK(repo.git({"show", "HEAD:a.txt"}) == "one\ntwo\nthree\n");
  CHECK(repo.status() == "");
}

TEST_CASE("F46: a HEAD that moves while the commit is made is not overwritten") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a", "agent");
  // The user's git holds the index lock until milepost waits for it, and commits meanwhile.
  const fs::path lock = repo.root / ".git/index.lock";
  std::ofstream(lock) << "";
  const std::string script =
      "while [ $(git cat-file --batch-all-objects --batch-check | grep -c commit) -lt 2 ]; do :; done; "
      "git update-ref refs/heads/main $(git commit-tree -p HEAD -m user HEAD^{tree}); rm -f .git/index.lock";
  milepost::HostCommand user;
  user.argv = {"/bin/sh", "-c", script};
  user.directory = repo.root;
  auto child = milepost::ChildProcess::start(user);
  const std::string index = slurp(repo.root / ".git/index");
  CHECK_THROWS_AS(git.commit({before, "task"}), InfraError);
  REQUIRE(child.wait(std::chrono::seconds(20)));
  CHECK(repo.git({"log", "-1", "--format=%s"}) == "user\n");
  CHECK(slurp(repo.root / ".git/index") == index);
  CHECK_FALSE(fs::exists(lock));
  CHECK(repo.read("a") == "agent");
}

TEST_CASE("a locked index stops the commit before anything moved") {
  const Repository repo;
  repo.write("a", "1");
  const std::string first = repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a", "2");
  std::ofstream(repo.root / ".git/index.lock") << "";
  CHECK_THROWS_AS(git.commit({before, "task"}), InfraError);
  CHECK(git.head() == first);
  CHECK(fs::exists(repo.root / ".git/index.lock"));
  fs::remove(repo.root / ".git/index.lock");
  CHECK(git.commit({before, "task"}).commit);
}

TEST_CASE("an index lock left by a killed milepost is finished or given back") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  repo.open();
  const fs::path lock = repo.root / ".git/index.lock";
  const fs::path journal = repo.state / "shadow/commits/index-lock";
  repo.write("b", "1");
  repo.git({"add", "b"});
  fs::copy_file(repo.root / ".git/index", lock);
  repo.git({"-c", "core.hooksPath=/dev/null", "update-ref", "refs/x", "HEAD"});
  struct stat info {};
  REQUIRE(::stat(lock.c_str(), &info) == 0);
  const std::string inode = std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino);
  const std::string staged = slurp(lock);
  fs::remove(repo.root / ".git/index");
  const auto note = [&](const std::string& id, const std::string& commit) {
    std::ofstream(journal) << lock.string() << '\0' << id << '\0' << commit << '\0';
  };
  SUBCASE("HEAD had moved: the new index is put in place") {
    note(inode, *repo.open().head());
    repo.open();
    CHECK(slurp(repo.root / ".git/index") == staged);
    CHECK_FALSE(fs::exists(lock));
  }
  SUBCASE("HEAD had not moved: the lock goes, the index stays") {
    note(inode, std::string(40, '1'));
    repo.open();
    CHECK_FALSE(fs::exists(repo.root / ".git/index"));
    CHECK_FALSE(fs::exists(lock));
  }
  SUBCASE("the lock is another git's: it stays") {
    note("1:2", *repo.open().head());
    repo.open();
    CHECK(fs::exists(lock));
  }
  CHECK_FALSE(fs::exists(journal));
}

TEST_CASE(
    "the locks of a git that was killed while it moved HEAD for milepost are removed, those of others stay") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  repo.open();
  const fs::path index_lock = repo.root / ".git/index.lock";
  const std::string branch = "refs/heads/" + *repo.open().branch();
  const fs::path locks[] = {repo.root / ".git/HEAD.lock", repo.root / ".git" / (branch + ".lock")};
  for (const fs::path& lock : {index_lock, locks[0], locks[1]}) std::ofstream(lock) << "";
  struct stat info {};
  REQUIRE(::stat(index_lock.c_str(), &info) == 0);
  const auto note = [&](const std::string& commit) {
    std::ofstream(repo.state / "shadow/commits/index-lock")
        << index_lock.string() << '\0' << info.st_dev << ':' << info.st_ino << '\0' << commit << '\0';
  };
  SUBCASE("while it moved HEAD") {
    note(std::string(40, '1'));
    ShadowGit git = repo.open();
    for (const fs::path& lock : locks) CHECK_FALSE(fs::exists(lock));
    const Snapshot before = git.snapshot("before");
    repo.write("a", "2");
    CHECK(git.commit({before, "task"}).commit);
  }
  SUBCASE("before it did") {
    note("");
    repo.open();
    for (const fs::path& lock : locks) CHECK(fs::exists(lock));
  }
}

TEST_CASE("files that a filter would convert are refused with what to do; others are committed") {
  const Repository repo;
  repo.write(".gitattributes", "*.psd filter=lfs diff=lfs merge=lfs -text\n");
  repo.write("a", "1");
  repo.commit_all("first");
  CHECK_FALSE(repo.open().commit_caution());
  repo.write("art.psd", "a pointer");
  repo.git({"add", "art.psd"});
  repo.git({"commit", "--quiet", "-m", "art"});
  ShadowGit git = repo.open();
  CHECK_FALSE(git.commit_problem());
  REQUIRE(git.commit_caution());
  CHECK(git.commit_caution()->find("art.psd (filter 'lfs')") != std::string::npos);
  const Snapshot before = git.snapshot("before");
  repo.write("a", "2");
  CHECK(git.commit({before, "task"}).commit);
  repo.write("art.psd", "painted");
  CHECK_THROWS_AS(git.commit({before, "task"}), EnvironmentError);
  git.restore(before);
  CHECK(repo.read("art.psd") == "a pointer");
}

TEST_CASE("a filter that only the user's configuration knows is refused too") {
  const Repository repo;
  repo.git({"config", "--global", "filter.secret.clean", "cat"});
  repo.write(".gitattributes", "*.key filter=secret\n*.txt filter=undefined\n");
  repo.commit_all("first");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a.txt", "1");
  CHECK(git.commit({before, "task"}).commit);
  repo.write("a.key", "1");
  CHECK_THROWS_AS(git.commit({before, "task"}), EnvironmentError);
}

TEST_CASE("a merge under way is not disturbed") {
  const Repository repo;
  repo.write("a", "1");
  const std::string first = repo.commit_all("first");
  ShadowGit git = repo.open();
  CHECK_FALSE(git.commit_problem());
  const Snapshot before = git.snapshot("before");
  repo.write("a", "2");
  std::ofstream(repo.root / ".git/MERGE_HEAD") << first << "\n";
  CHECK(git.commit_problem()->find("merge") != std::string::npos);
  CHECK_THROWS_AS(git.commit({before, "task"}), EnvironmentError);
  CHECK(git.head() == first);
}

TEST_CASE("conflicts of a stash are not committed, though git keeps no other mark of them") {
  const Repository repo;
  repo.write("a", "1\n");
  repo.commit_all("first");
  repo.write("a", "stashed\n");
  repo.git({"stash", "--quiet"});
  repo.write("a", "2\n");
  repo.commit_all("second");
  repo.try_git({"stash", "pop"});
  ShadowGit git = repo.open();
  CHECK(git.commit_problem()->find("a merge with conflicts (a) is under way") != std::string::npos);
  const Snapshot before = git.snapshot("before");
  repo.write("a", "3\n");
  CHECK_THROWS_AS(git.commit({before, "task"}), EnvironmentError);
}

TEST_CASE("a lock that stays is a problem of commits, with what to do") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  const ShadowGit git = repo.open();
  for (const char* name : {".git/index.lock", ".git/HEAD.lock", ".git/refs/heads/main.lock"}) {
    CAPTURE(name);
    repo.git({"branch", "--move", "--force", "main"});
    repo.write(name, "");
    REQUIRE(git.commit_problem());
    CHECK(git.commit_problem()->find(std::string("rm ")) != std::string::npos);
    CHECK(git.commit_problem()->find(name) != std::string::npos);
    repo.remove(name);
    CHECK_FALSE(git.commit_problem());
  }
}

TEST_CASE("what was recorded before the user ignored it is not committed") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  repo.write("build.log", "1\n");
  ShadowGit git = repo.open();
  git.snapshot("earlier");
  repo.write(".gitignore", "build.log\ntracked.log\n");
  repo.write("tracked.log", "1\n");
  repo.git({"add", "--force", ".gitignore", "tracked.log"});
  repo.git({"commit", "--quiet", "-m", "ignore"});
  const Snapshot before = git.snapshot("before");
  repo.write("build.log", "built\n");
  repo.write("tracked.log", "built\n");
  REQUIRE(git.commit({before, "task"}).commit);
  CHECK(repo.git({"show", "--format=", "--name-only", "HEAD"}) == "tracked.log\n");
}

TEST_CASE("the identity is the one git resolves, and a missing one names the commands") {
  const Repository repo;
  CHECK(repo.open().identity() == "Ada Tester <ada@example.com>");
  repo.git({"config", "user.name", "Local Name"});
  CHECK(repo.open().identity() == "Local Name <ada@example.com>");
  ::setenv("GIT_AUTHOR_NAME", "From Environment", 1);
  CHECK(repo.open().identity() == "From Environment <ada@example.com>");
  ::unsetenv("GIT_AUTHOR_NAME");
  repo.git({"config", "user.name", ""});
  fs::remove(repo.home / ".gitconfig");
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a", "1");
  try {
    git.commit({before, "task"});
    FAIL("committed without an identity");
  } catch (const EnvironmentError& error) {
    CHECK(error.next_step().find("git config --global user.name") != std::string::npos);
    CHECK(error.next_step().find("git config --global user.email") != std::string::npos);
  }
}

TEST_CASE("a split index, a sparse checkout and a SHA-256 repository keep working") {
  const Repository repo;
  SUBCASE("split index") {
    repo.write("a", "1");
    repo.commit_all("first");
    repo.git({"update-index", "--split-index"});
  }
  SUBCASE("sparse checkout") {
    repo.write("a", "1");
    repo.write("far/b", "1");
    repo.commit_all("first");
    repo.git({"sparse-checkout", "set", "--cone", "near"});
    REQUIRE_FALSE(repo.has("far/b"));
  }
  SUBCASE("SHA-256") {
    repo.remove(".git");
    repo.git({"init", "--quiet", "--object-format=sha256"});
    repo.write("a", "1");
    repo.commit_all("first");
  }
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("a", "2");
  repo.write("new", "1");
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(shown(repo, *result.commit) == "M\ta\nA\tnew\n");
  CHECK(repo.status() == "");
  repo.git({"fsck"});
  repo.write("a", "3");
  CHECK(git.commit({git.snapshot("again"), "task"}).changed.empty());
}

TEST_CASE("a path that a sparse checkout keeps off the disk held no work of the user's") {
  const Repository repo;
  repo.write("a", "1");
  repo.write("far/b", "1");
  repo.commit_all("first");
  repo.git({"sparse-checkout", "set", "--cone", "near"});
  ShadowGit git = repo.open();
  const Snapshot before = git.snapshot("before");
  repo.write("far/b", "2");
  const CommitResult result = git.commit({before, "task"});
  REQUIRE(result.commit);
  CHECK(shown(repo, *result.commit) == "M\tfar/b\n");
  CHECK(result.swept.empty());
}

TEST_CASE("commits in a row build on each other") {
  const Repository repo;
  repo.write("a", "0");
  const std::string first = repo.commit_all("first");
  ShadowGit git = repo.open();
  for (int task = 1; task <= 4; ++task) {
    const Snapshot before = git.snapshot("task-" + std::to_string(task));
    repo.write("a", std::to_string(task));
    repo.write("file-" + std::to_string(task), "x");
    REQUIRE(git.commit({before, "task " + std::to_string(task)}).commit);
  }
  CHECK(git.commits_since(first).size() == 4);
  CHECK(repo.status() == "");
}
