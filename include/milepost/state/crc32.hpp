#pragma once

#include <cstdint>
#include <string_view>

namespace milepost {

/// The CRC-32 of the bytes (polynomial 0xEDB88320, as in zlib and PNG): sees every flipped bit and every
/// burst of up to 32 bits. No protection against intent.
std::uint32_t crc32(std::string_view bytes);

}  // namespace milepost
