#pragma once

#include "fences.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// "**Label:** value", "**Label**: value", "**Label**", "Label: value" (known labels only), "- **Label:**
/// value" (known labels only) or a heading named like the label.
struct Field {
  std::string label;        ///< in lower case, without remark in parentheses: "file" for "File(s)"
  std::string_view value;   ///< the rest of the label's line
  std::uint32_t line = 0;   ///< of the label
  std::uint32_t first = 0;  ///< the lines after it that belong to the value; empty when first > last
  std::uint32_t last = 0;
};

/// The fields of the lines first..last that milepost reads, in order, each label once (the first one counts).
/// A value runs to the next label (also one that is not read), heading or rule outside fences.
std::vector<Field> fields_of(const SourceText& source, const FenceReading& fences, std::uint32_t first,
                             std::uint32_t last);

/// The first field with one of these labels, or null.
const Field* find_field(const std::vector<Field>& fields, std::initializer_list<std::string_view> labels);

/// "Acceptance Criteria (all)" → "acceptance criteria".
std::string normal_label(std::string_view label);

/// The normalised label a line sets: a heading, a bold or an italic label; empty when it sets none.
std::string label_name_at(const SourceText& source, std::uint32_t line);

/// The label of a line such as "*Smoke Test:*", normalised; empty when it is none.
std::string italic_label(std::string_view line);

/// The whole value: the rest of the label's line and the lines after it, trimmed, with LF.
std::string value_text(const SourceText& source, const Field& field);

/// The back-quoted tokens of a text, at most 1000.
std::vector<std::string> quoted_tokens(std::string_view text);

}  // namespace milepost::parsing
