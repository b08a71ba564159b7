#include "workspace/user_index.hpp"

#include "repository.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <fstream>

namespace fs = std::filesystem;
using namespace milepost;
using milepost::test::Repository;

namespace {

/// Takes the lock in a process that the kernel kills at the first byte that it writes.
void die_while_locking(const SafeGit& git, const GitPlace& place, const fs::path& index,
                       const fs::path& journal) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit nothing{0, 0};
    ::signal(SIGXFSZ, SIG_DFL);
    ::setrlimit(RLIMIT_FSIZE, &nothing);
    const UserIndex locked(git, place, index, journal);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("F3, F47: a milepost that is killed while it takes the index's lock leaves no lock") {
  const Repository repo;
  repo.write("a", "1");
  repo.commit_all("first");
  repo.open();
  const fs::path shadow = repo.state / "shadow", index = repo.root / ".git/index",
                 journal = shadow / "journal";
  const SafeGit git(repo.root, shadow, std::chrono::seconds(10), {});
  const GitPlace place{.git_dir = shadow / "commits"};

  die_while_locking(git, place, index, journal);
  UserIndex::recover(journal, std::nullopt, {});
  CHECK_FALSE(fs::exists(index.string() + ".lock"));

  // And the next one takes it, with nothing left when it gives it back.
  { const UserIndex locked(git, place, index, journal); }
  for (const auto& entry : fs::directory_iterator(repo.root / ".git"))
    CHECK_FALSE(entry.path().filename().string().starts_with("index."));
}

TEST_CASE(
    "F47: a lock file that was noted and had not become the lock is removed, a lock of another git is not") {
  const Repository repo;
  const fs::path lock = repo.root / ".git/index.lock", unborn = lock.string() + ".milepost";
  const fs::path journal = repo.scratch / "journal";
  for (const fs::path& file : {lock, unborn}) std::ofstream(file) << "";
  struct stat info {};
  REQUIRE(::stat(unborn.c_str(), &info) == 0);
  std::ofstream(journal) << lock.string() << '\0' << info.st_dev << ':' << info.st_ino << '\0' << '\0';
  UserIndex::recover(journal, std::nullopt, {});
  CHECK_FALSE(fs::exists(unborn));
  CHECK(fs::exists(lock));
  CHECK_FALSE(fs::exists(journal));
}
