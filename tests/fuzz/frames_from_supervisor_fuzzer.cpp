#include "milepost/channel/message.hpp"

#include "feed_frames.hpp"

#include <cstdlib>
#include <string>

/// What the host does with the bytes of a supervisor; an end that was accepted has to survive a round trip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace milepost;
  fuzz::feed_frames(data, size, [](const wire::Frame& frame) {
    const wire::FromSupervisor message = wire::decode_from_supervisor(frame);
    const auto* ended = std::get_if<wire::Ended>(&message);
    if (!ended) return;
    std::string again;
    wire::append_message(again, frame.process, *ended);
    if (std::string_view(again).substr(wire::k_header_bytes) != frame.payload) std::abort();
  });
  return 0;
}
