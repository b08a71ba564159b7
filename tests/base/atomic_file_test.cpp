#include "milepost/base/atomic_file.hpp"

#include "milepost/base/error.hpp"

#include "support/scratch_dir.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <csignal>
#include <iterator>

using namespace milepost;
using test::ScratchDir;
using test::slurp;

namespace {

auto files_in(const std::filesystem::path& directory) {
  return std::distance(std::filesystem::directory_iterator(directory), {});
}

}  // namespace

TEST_CASE("a committed file has the new text, mode 0600 and no temporary file beside it") {
  const ScratchDir scratch;
  const auto path = scratch.write("state.json", "old");
  write_file_atomically(path, "new");
  CHECK(slurp(path) == "new");
  CHECK(files_in(scratch.path()) == 1);
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("a file that is not committed leaves the old text and no temporary file") {
  const ScratchDir scratch;
  const auto path = scratch.write("state.json", "old");
  {
    AtomicFile file(path);
    file.write("half of the n");
    CHECK(slurp(path) == "old");
    CHECK(files_in(scratch.path()) == 2);
  }
  CHECK(slurp(path) == "old");
  CHECK(files_in(scratch.path()) == 1);
}

TEST_CASE("F3: a process killed before the commit leaves the old text") {
  const ScratchDir scratch;
  const auto path = scratch.write("state.json", "old");
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    AtomicFile file(path);
    file.write("half of the n");
    ::raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(slurp(path) == "old");
}

TEST_CASE("several writes make one text") {
  const ScratchDir scratch;
  AtomicFile file(scratch / "log");
  file.write("a");
  file.write("");
  file.write(std::string(100'000, 'b'));
  file.commit();
  CHECK(slurp(scratch / "log") == "a" + std::string(100'000, 'b'));
}

TEST_CASE("a directory that does not exist is named when a file cannot be written") {
  const ScratchDir scratch;
  try {
    write_file_atomically(scratch / "none/state.json", "x");
    FAIL("written");
  } catch (const InfraError& error) {
    CHECK(std::string(error.what()).find("none/state.json: No such file or directory") != std::string::npos);
  }
}

TEST_CASE("a commit that cannot replace its target throws and removes the temporary file") {
  const ScratchDir scratch;
  std::filesystem::create_directories(scratch / "target/full");
  {
    AtomicFile file(scratch / "target");
    file.write("x");
    CHECK_THROWS_AS(file.commit(), InfraError);
  }
  CHECK(files_in(scratch.path()) == 1);
}

TEST_CASE("a relative path without a directory is written to the current one") {
  const ScratchDir scratch;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path());
  write_file_atomically("here.txt", "x");
  std::filesystem::current_path(before);
  CHECK(slurp(scratch / "here.txt") == "x");
}
