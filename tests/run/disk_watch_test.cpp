#include "milepost/run/disk_watch.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;
using milepost::test::ScratchDir;

namespace {

std::string megabytes(std::size_t count) {
  return std::string(count * 1'000'000, 'x');
}

/// Long enough for the next file to have another change time, however coarse the clock is.
void next_tick() {
  std::timespec begin{}, now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &begin);
  do ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  while (now.tv_sec == begin.tv_sec && now.tv_nsec == begin.tv_nsec);
}

}  // namespace

TEST_CASE("what was there before an attempt is not what it wrote") {
  const ScratchDir scratch;
  scratch.write("repo/old", megabytes(3));
  scratch.write("home/old", "");
  next_tick();
  DiskWatch watch({scratch / "repo", scratch / "home"}, {.written_bytes = 2'000'000});
  CHECK(watch.exceeded().empty());
}

TEST_CASE("an attempt that writes more than it may is told with how much, wherever it hides it") {
  for (const char* place : {"repo/src/new", "home/.cache/new", "repo/node_modules/x/new", "home/.git/new"}) {
    CAPTURE(place);
    const ScratchDir scratch;
    scratch.write("repo/a", "");
    scratch.write("home/a", "");
    DiskWatch watch({scratch / "repo", scratch / "home"}, {.written_bytes = 2'000'000});
    scratch.write(place, megabytes(6));
    const std::string said = watch.exceeded();
    CHECK(said.find("the attempt wrote 6") != std::string::npos);
    CHECK(said.find("setting resources.disk") != std::string::npos);
  }
}

TEST_CASE("a disk that runs full ends the attempt before milepost cannot write any more") {
  const ScratchDir scratch;
  DiskWatch watch({scratch.path()}, {.written_bytes = 0, .free_bytes = UINT64_MAX});
  CHECK(watch.exceeded().find("are free in " + scratch.path().string()) != std::string::npos);
}

TEST_CASE("without limits nothing is exceeded") {
  const ScratchDir scratch;
  DiskWatch watch({scratch.path()}, {});
  scratch.write("new", megabytes(6));
  CHECK(watch.exceeded().empty());
}
