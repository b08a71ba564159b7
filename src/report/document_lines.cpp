#include "document_lines.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_zeros(std::string_view text) {
  while (text.size() > 1 && text[0] == '0' && is_digit(text[1])) text.remove_prefix(1);
  return text;
}

std::size_t skip_any(std::string_view line, std::size_t at, std::string_view characters) {
  return std::min(line.find_first_not_of(characters, at), line.size());
}

/// The bars of a table row that separate cells.
std::vector<std::size_t> bars_of(std::string_view line) {
  std::vector<std::size_t> bars;
  const std::string_view row = trim(line);
  if (row.size() < 2 || row.front() != '|' || row.back() != '|') return bars;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '|' && (at == 0 || line[at - 1] != '\\')) bars.push_back(at);
  }
  return bars;
}

}  // namespace

DocumentLines::DocumentLines(std::string_view text) {
  std::string fence;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::size_t whole = newline == std::string_view::npos ? text.size() : newline + 1;
    std::string_view line = text.substr(0, newline);
    Line& added = lines_.emplace_back();
    added.end = newline == std::string_view::npos ? "" : "\n";
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
      added.end.insert(0, "\r");
    }
    added.text = line;
    const std::string_view start = trim(line);
    const std::size_t marks = start.empty() ? 0 : skip_any(start, 0, start.substr(0, 1));
    const bool is_fence = marks >= 3 && (start[0] == '`' || start[0] == '~');
    added.in_fence = is_fence || !fence.empty();
    if (is_fence && fence.empty())
      fence = start.substr(0, marks);
    else if (is_fence && marks == start.size() && start.starts_with(fence))
      fence.clear();
    text.remove_prefix(whole);
  }
}

void DocumentLines::insert(std::size_t at, std::string text) {
  const std::string end = !lines_.empty() && lines_.front().end == "\r\n" ? "\r\n" : "\n";
  if (at > 0 && lines_[at - 1].end.empty()) lines_[at - 1].end = end;
  lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(at), {std::move(text), end, false});
}

std::string DocumentLines::text() const {
  std::string text;
  for (const Line& line : lines_) text += line.text + line.end;
  return text;
}

std::optional<std::size_t> value_of_label(std::string_view line, std::string_view label) {
  std::size_t at = skip_any(line, 0, " \t");
  if (line.substr(at).starts_with("- ")) at = skip_any(line, at + 2, " ");
  const bool bold = line.substr(at).starts_with("**");
  if (bold) at += 2;
  if (!line.substr(at).starts_with(label)) return std::nullopt;
  at += label.size();
  for (const std::string_view end :
       bold ? std::vector<std::string_view>{":**", "**:"} : std::vector<std::string_view>{":"}) {
    if (line.substr(at).starts_with(end)) return skip_any(line, at + end.size(), " \t");
  }
  return std::nullopt;
}

std::size_t heading_level(std::string_view line) {
  const std::size_t level = skip_any(line, 0, "#");
  return level > 0 && level <= 6 && level < line.size() && line[level] == ' ' ? level : 0;
}

std::string_view heading_text(std::string_view line) {
  return trim(line.substr(heading_level(line)));
}

std::optional<CheckBox> check_box(std::string_view line) {
  const std::size_t at = skip_any(line, 0, " \t");
  const std::string_view entry = line.substr(at);
  if (entry.size() < 6 || (entry[0] != '-' && entry[0] != '*') || entry.substr(1, 2) != " [" ||
      entry[4] != ']' || (entry[3] != ' ' && entry[3] != 'x' && entry[3] != 'X'))
    return std::nullopt;
  return CheckBox{at + 3, line.substr(skip_any(line, at + 5, " *`"))};
}

std::vector<std::string> cells_of(std::string_view line) {
  const std::vector<std::size_t> bars = bars_of(line);
  std::vector<std::string> cells;
  for (std::size_t i = 1; i < bars.size(); ++i)
    cells.emplace_back(trim(line.substr(bars[i - 1] + 1, bars[i] - bars[i - 1] - 1)));
  return cells;
}

std::string with_cell(std::string_view line, std::size_t cell, std::string_view text) {
  const std::vector<std::size_t> bars = bars_of(line);
  if (cell + 1 >= bars.size()) return std::string(line);
  const std::size_t width = bars[cell + 1] - bars[cell] - 1;
  std::string padded = " " + std::string(text) + " ";
  // Readers count characters, not bytes; only plain text is padded.
  const bool plain = std::all_of(padded.begin(), padded.end(), [](char c) { return c >= ' '; });
  if (plain && padded.size() < width) padded.resize(width, ' ');
  return std::string(line.substr(0, bars[cell] + 1)) + padded + std::string(line.substr(bars[cell + 1]));
}

bool begins_with_id(std::string_view text, std::string_view id) {
  text = without_zeros(text);
  id = without_zeros(id);
  if (id.empty() || !text.starts_with(id)) return false;
  const std::string_view rest = text.substr(id.size());
  if (rest.empty()) return true;
  if (rest[0] == '.' && rest.size() > 1 && is_digit(rest[1])) return false;
  return !is_word(rest[0]);
}

}  // namespace milepost
