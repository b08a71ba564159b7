#pragma once

#include "source_text.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// Lines that are no structure: an outermost fenced block with its fence lines, or an HTML comment.
struct HiddenBlock {
  std::uint32_t first = 0;
  std::uint32_t last = 0;  ///< inclusive
};

/// One reading of the fences of a text.
struct FenceReading {
  std::vector<HiddenBlock> blocks;  ///< in order, not overlapping
  bool open_at_end = false;         ///< the last block was never closed

  bool hides(std::uint32_t line) const;
  /// The block that starts at a line, or null.
  const HiddenBlock* starting_at(std::uint32_t line) const;
};

/// A fence line: three or more back quotes or tildes, any indent.
struct FenceLine {
  char mark = 0;
  std::uint32_t length = 0;
  std::size_t indent = 0;
  std::string_view info;  ///< "bash"; empty for a bare fence
};

std::optional<FenceLine> fence_line(std::string_view line);
/// As fence_line, also right behind a list marker ("- ```bash"); such a fence has the indent of its text.
std::optional<FenceLine> opening_fence(std::string_view line);

/// Inside a fence, a fence line with an info string and at least the same length opens an inner fence.
FenceReading read_nested(const SourceText& source, std::uint32_t first_line);
/// As CommonMark: no fence inside a fence; at most three columns of indent.
FenceReading read_flat(const SourceText& source, std::uint32_t first_line);

}  // namespace milepost::parsing
