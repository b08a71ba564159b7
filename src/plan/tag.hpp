#pragma once

#include "source_text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace milepost::parsing {

/// A tag such as `<task type="auto">` or `</task >`.
struct Tag {
  std::string_view name;
  std::string attributes;  ///< what stands behind the name
  bool closes = false;
  std::uint32_t lines = 1;  ///< attributes may go on over the next lines
  std::size_t end = 0;      ///< the offset behind ">" in its last line
};

/// The tag that starts at an offset of a line. Only what has the form of a tag is one: "<T, U>" is text.
std::optional<Tag> tag_at(const SourceText& source, std::uint32_t line, std::size_t offset);

/// The value of an attribute, in double, single or no quotes; empty when it is not there.
std::string_view attribute(std::string_view attributes, std::string_view name);

/// The offset of the close tag `</name>` that ends a line, blanks ignored, or npos.
std::size_t close_tag_at_end(std::string_view line, std::string_view name);

/// The name in the close tag that ends a line; empty when none does.
std::string_view name_closed_at_end(std::string_view line);

/// The offset of the first `</name>` of a text from an offset on, or npos; `length` is that of the tag.
std::size_t find_close_tag(std::string_view text, std::string_view name, std::size_t from,
                           std::size_t& length);

}  // namespace milepost::parsing
