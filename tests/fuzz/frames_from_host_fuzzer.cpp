#include "milepost/channel/message.hpp"

#include "feed_frames.hpp"

#include <string>

/// What the supervisor does with the bytes of a host, up to the decoded start of a process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace milepost;
  std::string start;
  fuzz::feed_frames(data, size, [&](const wire::Frame& frame) {
    const wire::FromHost message = wire::decode_from_host(frame);
    const auto* part = std::get_if<wire::StartPart>(&message);
    if (!part) return;
    start += part->bytes;
    if (!part->last) return;
    const wire::StartRequest request = wire::decode_start(start);
    std::string again;
    wire::append_start(again, 1, request.spec, request.has_input);  // what was accepted can be said
    start.clear();
  });
  return 0;
}
