#pragma once

#include "milepost/channel/frame.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace milepost::fuzz {

/// Feeds a stream in pieces whose sizes the first byte chooses; ends at the first ProtocolError.
template <class OnFrame>
void feed_frames(const std::uint8_t* data, std::size_t size, const OnFrame& on_frame) {
  if (size == 0) return;
  const std::size_t piece = data[0] + 1u;
  std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  wire::FrameReader reader;
  try {
    while (!stream.empty()) {
      const auto space = reader.space();
      const std::size_t count = std::min({piece, space.size(), stream.size()});
      if (count == 0) std::abort();  // the reader would wait for ever
      std::copy_n(stream.begin(), count, space.begin());
      reader.added(count);
      stream.remove_prefix(count);
      while (const auto frame = reader.next()) {
        if (frame->payload.size() > wire::k_max_payload_bytes) std::abort();
        on_frame(*frame);
      }
    }
  } catch (const wire::ProtocolError&) {
  }
}

}  // namespace milepost::fuzz
