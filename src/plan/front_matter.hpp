#pragma once

#include "milepost/plan/diagnostic.hpp"

#include "source_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// A value of the front matter. Scalars stay text: 010, 1.10 and true are what is written.
struct FrontMatterValue {
  enum class Kind { scalar, list, map };
  Kind kind = Kind::scalar;
  bool plain = false;             ///< a scalar without quotes, "|" or ">"; an absent one is plain and empty
  std::string text;               ///< of a scalar, quotes and escapes undone
  std::vector<std::string> keys;  ///< of a map, in order; as many as items
  std::vector<Span> key_at;       ///< where the keys stand
  std::vector<FrontMatterValue> items;  ///< of a list or map
  Span at;

  /// The value of a map's key, or null.
  const FrontMatterValue* find(std::string_view key) const;
  /// A plain scalar that says "no value": empty, "~" or "null".
  bool absent() const;
};

struct FrontMatterEntry {
  std::string key;
  FrontMatterValue value;
  Span key_at;
  std::string text;  ///< the value on one line: a list as "a, b", a map as "k: v, k: v"
};

struct FrontMatter {
  std::vector<FrontMatterEntry> entries;  ///< in order
  std::uint32_t line_count = 0;           ///< with both "---" lines; 0: the text has none

  const FrontMatterEntry* find(std::string_view key) const;
};

/// The value on one line: a list as "a, b", a map as "k: v, k: v". Bounded: a value is at most 16 levels
/// deep.
std::string on_one_line(const FrontMatterValue& value);

/// Reads the front matter that starts in line 1 with "---" and ends at the next such line: block and flow
/// maps and lists, plain and quoted scalars over several lines, "|" and ">", comments. What cannot be read is
/// an error with line and column; then there are no entries.
FrontMatter read_front_matter(const SourceText& source, std::vector<Diagnostic>& diagnostics);

}  // namespace milepost::parsing
