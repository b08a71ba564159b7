#include "milepost/base/log.hpp"

#include "support/scratch_dir.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

using namespace milepost;
using test::ScratchDir;
using test::slurp;

TEST_CASE("diagnostics go to a private file, one line each, from the level that was asked for") {
  const ScratchDir scratch;
  log::error("before the file: dropped");
  const mode_t mask = ::umask(022);
  log::to_file("/proc/no-such-directory/log", log::Level::debug);
  log::error("a file that cannot be made: dropped");
  log::to_file(scratch / "milepost.log", log::Level::info);
  CHECK(::umask(mask) == 022);

  log::debug("too fine");
  log::warning("two\nlines and \x1b[31m");
  const std::string text = slurp(scratch / "milepost.log");
  CHECK(text.find("dropped") == std::string::npos);
  CHECK(text.find("too fine") == std::string::npos);
  CHECK(text.find("two lines and \\x1b[31m\n") != std::string::npos);
  struct stat info {};
  REQUIRE(::stat((scratch / "milepost.log").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}
