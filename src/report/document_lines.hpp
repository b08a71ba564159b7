#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// A text document as lines that keep their ends, so that what is not changed stays byte for byte.
class DocumentLines {
 public:
  explicit DocumentLines(std::string_view text);

  std::size_t size() const { return lines_.size(); }
  /// Without its end.
  const std::string& operator[](std::size_t at) const { return lines_[at].text; }
  bool in_fence(std::size_t at) const { return lines_[at].in_fence; }
  void set(std::size_t at, std::string text) { lines_[at].text = std::move(text); }
  /// A line before `at`, with the document's usual end.
  void insert(std::size_t at, std::string text);
  std::string text() const;

 private:
  struct Line {
    std::string text;
    std::string end;  ///< "\n", "\r\n", or empty at the end of the document
    bool in_fence = false;
  };
  std::vector<Line> lines_;
};

/// Where the value of "Plan: 2 of 3", "**Plan:** 2 of 3" or "- **Plan**: 2 of 3" begins; nothing for another
/// line.
std::optional<std::size_t> value_of_label(std::string_view line, std::string_view label);

/// The level of a heading ("## X": 2), else 0.
std::size_t heading_level(std::string_view line);
/// "## X" as "X".
std::string_view heading_text(std::string_view line);

/// A list entry with a check box.
struct CheckBox {
  std::size_t mark = 0;   ///< where the " " or "x" is
  std::string_view text;  ///< after the box, without emphasis and back quotes at its start
};
std::optional<CheckBox> check_box(std::string_view line);

/// The cells of a table row, trimmed; empty for another line.
std::vector<std::string> cells_of(std::string_view line);
/// The row with another text in a cell; its other bytes stay, also the cell's padding where the text fits.
std::string with_cell(std::string_view line, std::size_t cell, std::string_view text);

/// Whether the text begins with this number or id and it ends there: "3" begins "3. Gate", "3: Gate" and "03
/// Gate", not "31" nor "3.1".
bool begins_with_id(std::string_view text, std::string_view id);

}  // namespace milepost
