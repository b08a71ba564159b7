#pragma once

#include "source_text.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace milepost::parsing {

/// A heading; `text` is without its marks. An underlined (setext) heading takes two lines.
struct Heading {
  std::uint32_t level = 0;
  std::string_view text;
  std::uint32_t lines = 1;
};

/// The heading that starts at a line, fences not considered. An underline of dashes makes a heading only
/// below a task title or when it has at least four dashes: authors put "---" right under a paragraph as a
/// separator.
std::optional<Heading> heading_at(const SourceText& source, std::uint32_t line);

/// "---", "***" or "___", three or more, spaces between them allowed.
bool is_rule(std::string_view line);

/// A list item: what stands before the marker, and its text without check box.
struct Bullet {
  std::size_t indent = 0;  ///< columns, a tab counts as 4
  std::string_view text;
  bool ticked = false;
};

/// "- x", "* x", "+ x", "1. x" or "1) x", with "[ ]" and "[x]" taken off.
std::optional<Bullet> bullet_of(std::string_view line);

/// The columns of white space a line starts with; a tab counts as 4.
std::size_t indent_of(std::string_view line);

}  // namespace milepost::parsing
