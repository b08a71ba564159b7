#pragma once

#include <string>
#include <string_view>

namespace milepost {

/// How a line looks on a terminal: what it means, not which colour it has.
enum class Ink { plain, good, bad, attention, faint, strong };

/// The line in its colour (ECMA-48 SGR), closed at its end.
inline std::string inked(std::string_view line, Ink ink) {
  constexpr std::string_view colours[] = {"", "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[1m"};
  const std::string_view colour = colours[static_cast<int>(ink)];
  if (colour.empty()) return std::string(line);
  return std::string(colour) + std::string(line) + "\x1b[0m";
}

}  // namespace milepost
