#include "milepost/state/crc32.hpp"

#include <array>

namespace milepost {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1u) != 0 ? 0xEDB88320u : 0u);
    table[byte] = value;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> k_table = make_table();

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t value = ~0u;
  for (const char c : bytes) value = (value >> 8) ^ k_table[(value ^ static_cast<unsigned char>(c)) & 0xFFu];
  return ~value;
}

}  // namespace milepost
