#include "milepost/channel/frame.hpp"

#include <cassert>
#include <cstring>

namespace milepost::wire {

namespace {

constexpr unsigned char k_magic = 0xA5;

std::uint32_t load_u32(const char* bytes) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

void store_u32(char* bytes, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<char>((value >> (8 * i)) & 0xff);
}

}  // namespace

void append_frame(std::string& out, std::uint8_t type, std::uint32_t process, std::string_view payload) {
  assert(payload.size() <= k_max_payload_bytes && "a frame's payload is too large");
  char header[k_header_bytes] = {static_cast<char>(k_magic), static_cast<char>(type), 0, 0};
  store_u32(header + 4, process);
  store_u32(header + 8, static_cast<std::uint32_t>(payload.size()));
  out.append(header, sizeof header);
  out.append(payload);
}

FrameReader::FrameReader() : buffer_(3 * (k_header_bytes + k_max_payload_bytes)) {}

std::span<char> FrameReader::space() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return std::span(buffer_).subspan(end_);
}

void FrameReader::added(std::size_t bytes) {
  assert(bytes <= buffer_.size() - end_ && "more bytes than the reader has space for");
  end_ += bytes;
}

std::optional<Frame> FrameReader::next() {
  const std::size_t available = end_ - begin_;
  const char* header = buffer_.data() + begin_;
  if (available > 0 && static_cast<unsigned char>(header[0]) != k_magic)
    throw ProtocolError("a frame does not begin with the byte 0xA5");
  if (available < k_header_bytes) return std::nullopt;
  if (header[2] != 0 || header[3] != 0) throw ProtocolError("a frame's reserved bytes are not zero");
  const std::uint32_t length = load_u32(header + 8);
  if (length > k_max_payload_bytes)
    throw ProtocolError("a frame of " + std::to_string(length) + " bytes is larger than the protocol allows");
  if (available < k_header_bytes + length) return std::nullopt;
  begin_ += k_header_bytes + length;
  return Frame{static_cast<std::uint8_t>(header[1]), load_u32(header + 4),
               std::string_view(header + k_header_bytes, length)};
}

std::string_view FrameReader::pending() const {
  return std::string_view(buffer_.data() + begin_, end_ - begin_);
}

}  // namespace milepost::wire
