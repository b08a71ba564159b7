#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// The frame protocol between milepost and its supervisor (docs/channel.md). Standard library only: both ends
/// are built from it.
namespace milepost::wire {

inline constexpr std::uint32_t k_protocol = 1;
inline constexpr std::size_t k_header_bytes = 12;
inline constexpr std::size_t k_max_payload_bytes = 64 * 1024;

/// The peer sent something that the protocol does not allow; the stream can't be used any more.
struct ProtocolError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One frame; `payload` is a view into the reader's buffer.
struct Frame {
  std::uint8_t type = 0;
  std::uint32_t process = 0;  ///< 0: the frame is about the channel itself
  std::string_view payload;
};

/// Appends header and payload. The payload has at most k_max_payload_bytes.
void append_frame(std::string& out, std::uint8_t type, std::uint32_t process, std::string_view payload);

/// Cuts a byte stream into frames. Its buffer never grows, whatever the bytes are.
class FrameReader {
 public:
  FrameReader();

  /// Where the next bytes of the stream go; never empty once next() has returned nothing. Makes the views of
  /// earlier frames invalid.
  std::span<char> space();
  void added(std::size_t bytes);
  /// The next complete frame; nothing: more bytes are needed. Throws ProtocolError at the first byte that
  /// can't be of a frame.
  std::optional<Frame> next();
  /// Bytes that are not part of a returned frame yet, for messages about garbage.
  std::string_view pending() const;

 private:
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace milepost::wire
