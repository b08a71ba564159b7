#include "milepost/base/file.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"

#include "support/scratch_dir.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstring>

using namespace milepost;
using test::ScratchDir;

namespace {

std::string refusal(const std::filesystem::path& path, std::uint64_t limit = 1000) {
  try {
    read_file(path, limit);
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()).find(path.string()) != std::string::npos);
    return error.what();
  }
  return "read";
}

bool says(const std::string& message, const char* part) {
  CAPTURE(message);
  return message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a file is read byte by byte, zero bytes included") {
  const ScratchDir scratch;
  const std::string bytes("a\0\xff\r\n", 5);
  CHECK(read_file(scratch.write("f", bytes)) == bytes);
  CHECK(read_file(scratch.write("empty", "")) == "");
  const std::string large(200'000, 'x');
  CHECK(read_file(scratch.write("large", large)) == large);
}

TEST_CASE("the size limit is exact") {
  const ScratchDir scratch;
  CHECK(read_file(scratch.write("f", std::string(1000, 'x')), 1000).size() == 1000);
  CHECK(says(refusal(scratch.write("g", std::string(1001, 'x'))), "larger than 1.0 kB"));
}

TEST_CASE("what is not a regular file is refused without blocking") {
  const ScratchDir scratch;
  CHECK(says(refusal(scratch.path()), "is a directory"));
  REQUIRE(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
  CHECK(says(refusal(scratch / "fifo"), "not a regular file"));
  CHECK(says(refusal("/dev/null"), "not a regular file"));

  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (scratch / "socket").string();
  REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(says(refusal(path), "not a regular file"));
}

TEST_CASE("a missing file is an error to read_file and nothing to read_file_if_exists") {
  const ScratchDir scratch;
  CHECK(says(refusal(scratch / "none"), "No such file"));
  CHECK_FALSE(read_file_if_exists(scratch / "none"));
  const auto file = scratch.write("f", "x");
  CHECK_FALSE(read_file_if_exists(file / "below"));
  CHECK(read_file_if_exists(file) == "x");
  CHECK_THROWS_AS(read_file_if_exists(scratch.path()), UsageError);
}

TEST_CASE("a file below a directory of others is read through no link") {
  const ScratchDir scratch;
  scratch.write("there/sub/f", "x");
  std::filesystem::create_symlink("there", scratch / "top");
  CHECK(read_file_beneath_if_exists(scratch / "top", "sub/f") == "x");
  CHECK_FALSE(read_file_beneath_if_exists(scratch / "there", "sub/none"));
  CHECK_FALSE(read_file_beneath_if_exists(scratch / "none", "f"));
  std::filesystem::create_symlink("f", scratch / "there/sub/file-link");
  std::filesystem::create_symlink("sub", scratch / "there/link");
  for (const char* name : {"sub/file-link", "link/f", "../there/sub/f"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(read_file_beneath_if_exists(scratch / "there", name), UsageError);
  }
}

TEST_CASE("private directories are made with their parents, for the owner only") {
  const ScratchDir scratch;
  const auto path = scratch / "a/b/c";
  make_private_directories(path);
  make_private_directories(path);
  for (const auto& made : {path, scratch / "a/b", scratch / "a"}) {
    struct stat info {};
    REQUIRE(::stat(made.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
  }
  make_private_directories((scratch / "d/e").string() + "/");
  CHECK(std::filesystem::is_directory(scratch / "d/e"));
  CHECK_THROWS_AS(make_private_directories(scratch.write("file", "x")), InfraError);
  CHECK_THROWS_AS(make_private_directories(scratch / "file/below"), InfraError);
  make_private_directories("/");
  make_private_directories("");
}

TEST_CASE("F51: a private file is written over, but never through a link") {
  const ScratchDir scratch;
  const std::filesystem::path file = scratch / "file";
  write_private_file(file, "a longer text");
  write_private_file(file, "short");
  CHECK(read_file(file) == "short");
  CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms(0777)) ==
        std::filesystem::perms(0600));
  std::filesystem::create_symlink(file, scratch / "link");
  CHECK_THROWS_AS(write_private_file(scratch / "link", "x"), InfraError);
  CHECK(read_file(file) == "short");
}

TEST_CASE("a directory is synced, a file or nothing is not") {
  const ScratchDir scratch;
  sync_directory(scratch.path());
  CHECK_THROWS_AS(sync_directory(scratch / "none"), InfraError);
  CHECK_THROWS_AS(sync_directory(scratch.write("f", "x")), InfraError);
}
