#include "milepost/workspace/safe_file.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/sha256.hpp"

#include "support/scratch_dir.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstring>

namespace fs = std::filesystem;
using milepost::mode_beneath;
using milepost::read_beneath;
using milepost::sha256_hex;
using milepost::TamperedError;
using milepost::UsageError;
using milepost::write_beneath;
using milepost::test::ScratchDir;
using milepost::test::slurp;

namespace {

/// A code folder "code" beside a secret file "secret".
struct Folder {
  ScratchDir scratch;
  fs::path root = scratch / "code";
  Folder() {
    scratch.write("secret", "host secret");
    scratch.write("code/dir/file", "hello");
  }
};

}  // namespace

TEST_CASE("a plain file is read whole, and a missing one is nothing") {
  const Folder folder;
  CHECK(read_beneath(folder.root, "dir/file", 100) == "hello");
  CHECK(read_beneath(folder.root, "dir/../dir/./file", 100) == "hello");
  CHECK_FALSE(read_beneath(folder.root, "dir/none", 100));
  CHECK_FALSE(read_beneath(folder.root, "none/file", 100));
  CHECK_FALSE(read_beneath(folder.root, "dir/file/below", 100));
}

TEST_CASE("a path that leads out of the folder is refused, for reading and for writing") {
  const Folder folder;
  for (const std::string path : {"../secret", "dir/../../secret", "/etc/passwd", "..", ".", "", "dir/"}) {
    CAPTURE(path);
    CHECK_THROWS_AS(read_beneath(folder.root, path, 100), UsageError);
    CHECK_THROWS_AS(write_beneath(folder.root, path, "x"), UsageError);
  }
  CHECK(slurp(folder.scratch / "secret") == "host secret");
}

TEST_CASE("F50: what is not a plain file is refused without waiting") {
  const Folder folder;
  const fs::path planted = folder.root / "planted";
  SUBCASE("a link to a host file") {
    fs::create_symlink(folder.scratch / "secret", planted);
  }
  SUBCASE("a link that stays in the folder") {
    fs::create_symlink("dir/file", planted);
  }
  SUBCASE("a dangling link") {
    fs::create_symlink("nowhere", planted);
  }
  SUBCASE("a magic link") {
    fs::create_symlink("/proc/self/environ", planted);
  }
  SUBCASE("a FIFO") {
    REQUIRE(::mkfifo(planted.c_str(), 0600) == 0);
  }
  SUBCASE("a hard link to a host file") {
    fs::create_hard_link(folder.scratch / "secret", planted);
  }
  SUBCASE("a directory") {
    fs::create_directory(planted);
  }
  SUBCASE("a socket") {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, planted.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::close(fd);
  }
  CHECK_THROWS_AS(read_beneath(folder.root, "planted", 100), TamperedError);
}

TEST_CASE("F50: a device is refused without being opened" * doctest::skip(::geteuid() != 0)) {
  const Folder folder;
  if (::mknod((folder.root / "zero").c_str(), S_IFCHR | 0666, makedev(1, 5)) != 0) return;
  CHECK_THROWS_AS(read_beneath(folder.root, "zero", 100), TamperedError);
}

TEST_CASE("F51: a link among the parents is refused") {
  const Folder folder;
  fs::create_directories(folder.scratch / "outside");
  folder.scratch.write("outside/file", "host");
  SUBCASE("leading out") {
    fs::create_directory_symlink(folder.scratch / "outside", folder.root / "link");
  }
  SUBCASE("leading inside") {
    fs::create_directory_symlink("dir", folder.root / "link");
  }
  CHECK_THROWS_AS(read_beneath(folder.root, "link/file", 100), TamperedError);
  CHECK_THROWS_AS(write_beneath(folder.root, "link/file", "x"), TamperedError);
  CHECK_THROWS_AS(write_beneath(folder.root, "link/new/file", "x"), TamperedError);
  CHECK(slurp(folder.scratch / "outside/file") == "host");
  CHECK(slurp(folder.root / "dir/file") == "hello");
  CHECK_FALSE(fs::exists(folder.scratch / "outside/new"));
}

TEST_CASE("F50: a file above the limit is refused by its size, not by reading it") {
  const Folder folder;
  folder.scratch.write("code/sparse", "");
  fs::resize_file(folder.root / "sparse", std::uintmax_t{10} << 30);
  CHECK_THROWS_AS(read_beneath(folder.root, "sparse", 1000), UsageError);
  CHECK(read_beneath(folder.root, "dir/file", 5) == "hello");
  CHECK_THROWS_AS(read_beneath(folder.root, "dir/file", 4), UsageError);
}

TEST_CASE("writing makes the parents, keeps permissions and leaves no temporary file") {
  const Folder folder;
  write_beneath(folder.root, "new/deep/file", "one");
  CHECK(slurp(folder.root / "new/deep/file") == "one");
  fs::permissions(folder.root / "dir/file", fs::perms::owner_all);
  write_beneath(folder.root, "dir/file", "two");
  CHECK(slurp(folder.root / "dir/file") == "two");
  CHECK(fs::status(folder.root / "dir/file").permissions() == fs::perms::owner_all);
  CHECK(std::distance(fs::directory_iterator(folder.root / "dir"), fs::directory_iterator()) == 1);
}

TEST_CASE("F47: what a killed milepost left of a file that it wrote is gone when the file is written again") {
  const Folder folder;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // The kernel ends it at the first byte that it writes.
    const rlimit nothing{0, 0};
    ::signal(SIGXFSZ, SIG_DFL);
    ::setrlimit(RLIMIT_FSIZE, &nothing);
    write_beneath(folder.root, "dir/file", "half");
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(std::distance(fs::directory_iterator(folder.root / "dir"), fs::directory_iterator()) == 2);
  write_beneath(folder.root, "dir/file", "whole");
  CHECK(slurp(folder.root / "dir/file") == "whole");
  CHECK(std::distance(fs::directory_iterator(folder.root / "dir"), fs::directory_iterator()) == 1);
}

TEST_CASE("a directory in place of the temporary file does not keep a file from being written") {
  const Folder folder;
  fs::create_directory(folder.root / ("dir/.milepost-" + sha256_hex("file").substr(0, 12)));
  write_beneath(folder.root, "dir/file", "whole");
  CHECK(slurp(folder.root / "dir/file") == "whole");
}

TEST_CASE("F51: writing over a planted file never writes to what it leads to") {
  const Folder folder;
  const fs::path planted = folder.root / "planted";
  SUBCASE("a link") {
    fs::create_symlink(folder.scratch / "secret", planted);
  }
  SUBCASE("a hard link") {
    fs::create_hard_link(folder.scratch / "secret", planted);
  }
  SUBCASE("a FIFO") {
    REQUIRE(::mkfifo(planted.c_str(), 0600) == 0);
  }
  write_beneath(folder.root, "planted", "ours");
  CHECK(slurp(folder.scratch / "secret") == "host secret");
  CHECK(fs::is_regular_file(fs::symlink_status(planted)));
  CHECK(slurp(planted) == "ours");
}

TEST_CASE("a directory is not replaced by a file, and a file is no parent") {
  const Folder folder;
  CHECK_THROWS_AS(write_beneath(folder.root, "dir", "x"), TamperedError);
  CHECK_THROWS_AS(write_beneath(folder.root, "dir/file/below", "x"), TamperedError);
  CHECK(slurp(folder.root / "dir/file") == "hello");
}

TEST_CASE("a file's mode is told with its special bits, and never through a link") {
  const Folder folder;
  const fs::path file = folder.root / "dir/file";
  REQUIRE(::chmod(file.c_str(), 04755) == 0);
  CHECK(mode_beneath(folder.root, "dir/file") == (S_IFREG | 04755));
  fs::create_symlink(folder.scratch / "secret", folder.root / "link");
  fs::create_directory_symlink(folder.root / "dir", folder.root / "way");
  const auto link = mode_beneath(folder.root, "link");
  REQUIRE(link);
  CHECK(S_ISLNK(*link));
  CHECK_FALSE(mode_beneath(folder.root, "way/file"));
  CHECK_FALSE(mode_beneath(folder.root, "none"));
  CHECK_THROWS_AS(mode_beneath(folder.root, "../secret"), UsageError);
}
