#include "milepost/channel/frame.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace milepost::wire;

namespace {

struct Kept {
  unsigned type;
  std::uint32_t process;
  std::string payload;
  bool operator==(const Kept&) const = default;
};

/// Feeds a stream in pieces of at most `piece` bytes.
std::vector<Kept> read_all(FrameReader& reader, std::string_view stream, std::size_t piece) {
  std::vector<Kept> frames;
  while (!stream.empty()) {
    const auto space = reader.space();
    const std::size_t count = std::min({piece, space.size(), stream.size()});
    REQUIRE(count > 0);
    std::copy_n(stream.begin(), count, space.begin());
    reader.added(count);
    stream.remove_prefix(count);
    while (const auto frame = reader.next())
      frames.push_back({frame->type, frame->process, std::string(frame->payload)});
  }
  return frames;
}

}  // namespace

TEST_CASE("frames come out as they went in, however the stream is cut") {
  std::vector<Kept> sent = {{7, 0, ""},
                            {65, 4'000'000'000, "x"},
                            {1, 5, std::string(k_max_payload_bytes, 'z')},
                            {2, 5, std::string("\0\xA5", 2)},
                            {3, 5, std::string(k_max_payload_bytes, 'y')}};
  std::string stream;
  for (const Kept& frame : sent)
    append_frame(stream, static_cast<std::uint8_t>(frame.type), frame.process, frame.payload);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{65536}, stream.size()}) {
    FrameReader reader;
    CHECK(read_all(reader, stream, piece) == sent);
    CHECK(reader.pending().empty());
  }
}

TEST_CASE("a truncated frame is waited for, never returned") {
  std::string stream;
  append_frame(stream, 9, 3, "payload");
  for (std::size_t length = 0; length < stream.size(); ++length) {
    FrameReader reader;
    CHECK(read_all(reader, std::string_view(stream).substr(0, length), length + 1).empty());
    CHECK(reader.pending().size() == length);
  }
}

TEST_CASE("bytes that are no frame are refused at once") {
  FrameReader reader;
  SUBCASE("text instead of a header") {
    CHECK_THROWS_AS(read_all(reader, "d", 1), ProtocolError);
    CHECK(reader.pending() == "d");
  }
  SUBCASE("a length above the bound") {
    CHECK_THROWS_AS(read_all(reader, std::string_view("\xA5\1\0\0\0\0\0\0\1\0\1\0", 12), 12), ProtocolError);
  }
  SUBCASE("a reserved byte that is set") {
    CHECK_THROWS_AS(read_all(reader, std::string_view("\xA5\1\1\0\0\0\0\0\0\0\0\0", 12), 12), ProtocolError);
  }
}
