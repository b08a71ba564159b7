#include "milepost/run/raw_log.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using namespace milepost::test;

namespace {

std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i) + "\n";
  return text;
}

std::string recorded(const ScratchDir& directory, std::string_view text, std::uint64_t cap,
                     std::size_t piece) {
  {
    RawLog log(directory / "log", cap);
    while (!text.empty()) {
      log.write(text.substr(0, piece));
      text.remove_prefix(std::min(piece, text.size()));
    }
    CHECK(log.problem().empty());
  }
  return slurp(directory / "log");
}

}  // namespace

TEST_CASE("a stream up to the cap is recorded whole, in pieces of any size") {
  const ScratchDir directory;
  const std::string text = numbers(100);
  for (const std::size_t piece : {1u, 7u, 64u, 1000u}) {
    CHECK(recorded(directory, text, text.size(), piece) == text);
    CHECK(recorded(directory, text, text.size() + 1, piece) == text);
  }
}

TEST_CASE("F30: beyond the cap head and tail are kept, with a line that says how much is missing") {
  const ScratchDir directory;
  const std::string text = numbers(1000);
  for (const std::size_t piece : {1u, 13u, 200u, 5000u}) {
    const std::string log = recorded(directory, text, 200, piece);
    CHECK(log.substr(0, 100) == text.substr(0, 100));
    CHECK(log.substr(log.size() - 100) == text.substr(text.size() - 100));
    CHECK(log.find(std::to_string(text.size() - 200) + " bytes are not recorded") != std::string::npos);
  }
}

TEST_CASE("F33: a full disk is a problem that is told, not an exception") {
  RawLog log("/dev/full", 1000);
  log.write("text");
  CHECK(log.problem().find("/dev/full") != std::string::npos);
  CHECK(log.total_bytes() == 4);
}
