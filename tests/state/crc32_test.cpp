#include "milepost/state/crc32.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;

TEST_CASE("the checksum is the CRC-32 that everybody else computes") {
  CHECK(crc32("") == 0u);
  CHECK(crc32("123456789") == 0xCBF43926u);
  CHECK(crc32(std::string(4, '\0')) == 0x2144DF1Cu);
}
