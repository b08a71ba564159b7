#pragma once

#include "milepost/base/display_width.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::test {

/// A small terminal: text, CR, LF, "cursor up", "erase" to the end of the line and below, and colours.
/// Anything else is not for a calm program to write, and throws. Lines that scroll off stay in history().
class Screen {
 public:
  struct Cell {
    std::string text = " ";  ///< empty: the right half of a wide character
    std::string ink;         ///< the SGR parameters that were on
    bool operator==(const Cell&) const = default;
  };
  using Row = std::vector<Cell>;

  Screen(std::size_t columns, std::size_t rows) : columns_(columns), rows_(rows, Row(columns)) {}

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      const char c = bytes.front();
      if (c == '\x1b') {
        bytes.remove_prefix(sequence(bytes));
        continue;
      }
      if (c == '\r' || c == '\n') {
        column_ = 0;  // as a terminal with onlcr
        if (c == '\n') line_feed();
        bytes.remove_prefix(1);
        continue;
      }
      if (static_cast<unsigned char>(c) < 0x20) throw std::runtime_error("a control character was written");
      std::size_t size = 1;
      while (size < bytes.size() && (static_cast<unsigned char>(bytes[size]) & 0xC0) == 0x80) ++size;
      put(std::string(bytes.substr(0, size)));
      bytes.remove_prefix(size);
    }
  }

  const std::vector<Row>& rows() const { return rows_; }
  /// The rows as texts without the blanks at their ends; trailing empty rows are left out.
  std::string text() const { return joined(rows_); }
  std::string history() const { return joined(history_); }
  std::size_t cursor_row() const { return row_; }
  std::size_t cursor_column() const { return column_; }

 private:
  static std::string joined(const std::vector<Row>& rows) {
    std::string all;
    for (const Row& row : rows) {
      std::string line;
      for (const Cell& cell : row) line += cell.text;
      line.erase(line.find_last_not_of(' ') + 1);
      all += line + "\n";
    }
    all.erase(std::min(all.size(), all.find_last_not_of('\n') + 2));
    return all == "\n" ? std::string() : all;
  }

  void line_feed() {
    if (++row_ < rows_.size()) return;
    history_.push_back(rows_.front());
    rows_.erase(rows_.begin());
    rows_.emplace_back(columns_);
    row_ = rows_.size() - 1;
  }

  void put(const std::string& character) {
    const std::size_t width = display_width(character);
    if (width == 0) {
      if (column_ > 0) rows_[row_][column_ - 1].text += character;
      return;
    }
    if (column_ + width > columns_) {
      column_ = 0;
      line_feed();
    }
    rows_[row_][column_] = {character, ink_};
    if (width == 2) rows_[row_][column_ + 1] = {"", ink_};
    column_ += width;
  }

  /// Acts on the sequence at the start and tells its length.
  std::size_t sequence(std::string_view bytes) {
    const std::size_t end = bytes.find_first_not_of("0123456789;", 2);
    if (bytes.size() < 3 || bytes[1] != '[' || end == std::string_view::npos)
      throw std::runtime_error("an escape sequence that is not ours");
    const std::string parameters(bytes.substr(2, end - 2));
    switch (bytes[end]) {
      case 'A':
        row_ -= std::min<std::size_t>(row_, std::stoul(parameters));
        break;
      case 'K':
        for (std::size_t i = std::min(column_, columns_ - 1); i < columns_; ++i) rows_[row_][i] = {};
        break;
      case 'J':
        if (row_ == 0 && column_ == 0) {  // as tmux does
          history_.insert(history_.end(), rows_.begin(), rows_.end());
        }
        for (std::size_t i = std::min(column_, columns_ - 1); i < columns_; ++i) rows_[row_][i] = {};
        for (std::size_t i = row_ + 1; i < rows_.size(); ++i) rows_[i] = Row(columns_);
        break;
      case 'm':
        ink_ = parameters == "0" ? "" : parameters;
        break;
      default:
        throw std::runtime_error("an escape sequence that is not ours");
    }
    return end + 1;
  }

  std::size_t columns_, row_ = 0, column_ = 0;
  std::vector<Row> rows_, history_;
  std::string ink_;
};

}  // namespace milepost::test
