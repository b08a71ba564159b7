#pragma once

#include "milepost/harness/profile.hpp"

#include "harness/collect.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

namespace milepost::test {

// What can happen to a harness's output on its way, for the stream of any harness. A stream is whole lines;
// the last one is what makes it a success, where it is one. Each flip reads the stream again: keep it below 3
// KB.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool k_sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool k_sanitized = true;
#else
inline constexpr bool k_sanitized = false;
#endif
#else
inline constexpr bool k_sanitized = false;
#endif
// A sanitizer looks at how the parser reads, and is ten times slower: it gets one bit a byte and every fourth
// place; the plain build has them all.
inline constexpr std::size_t k_place_step = k_sanitized ? 4 : 1;
inline constexpr int k_bit_step = k_sanitized ? 8 : 1;

/// Cut anywhere before its end it is no success.
inline void require_no_success_when_cut(const HarnessProfile& profile, std::string_view stream) {
  for (std::size_t length = 0; length < stream.size(); length += k_place_step) {
    CAPTURE(length);
    REQUIRE_FALSE(has_success(collect(*profile.parser(), stream.substr(0, length))));
  }
}

/// No flipped bit turns a stream that is no success into one.
inline void require_no_success_when_flipped(const HarnessProfile& profile, std::string_view failed) {
  std::string flipped(failed);
  for (std::size_t at = 0; at < failed.size(); ++at) {
    for (int bit = k_sanitized ? static_cast<int>(at % 8) : 0; bit < 8; bit += k_bit_step) {
      flipped[at] = static_cast<char>(failed[at] ^ (1 << bit));
      CAPTURE(at);
      CAPTURE(bit);
      REQUIRE_FALSE(has_success(collect(*profile.parser(), flipped)));
    }
    flipped[at] = failed[at];
  }
}

/// Lines of others between a stream's own, as a library that prints would write them.
inline std::string with_noise(std::string_view stream) {
  constexpr std::string_view k_noise =
      "(node:7) Warning: something is deprecated\n\n[1,2]\nnull\n\"result\"\n{\"type\":\n{}\n{\"type\":7}\n"
      "{\"type\":\"brand.new\",\"status\":\"success\"}\n\xff\xfe\x01\r\n";
  std::string noisy(k_noise);
  for (const char c : stream) {
    noisy += c;
    if (c == '\n') noisy += k_noise;
  }
  return noisy;
}

/// Noise that lands inside of a line breaks that line only.
inline void require_no_success_when_torn(const HarnessProfile& profile, std::string_view failed) {
  constexpr std::array<std::string_view, 6> k_noises = {"\n", "noise\n", "{}\n", "\"", "}", {"\0", 1}};
  for (const std::string_view noise : k_noises) {
    for (std::size_t at = 0; at < failed.size(); at += k_place_step) {
      CAPTURE(noise);
      CAPTURE(at);
      const std::string torn =
          std::string(failed.substr(0, at)) + std::string(noise) + std::string(failed.substr(at));
      REQUIRE_FALSE(has_success(collect(*profile.parser(), torn)));
    }
  }
}

}  // namespace milepost::test
