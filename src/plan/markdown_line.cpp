#include "markdown_line.hpp"

#include "milepost/base/text.hpp"

#include "fences.hpp"
#include "task_heading.hpp"

namespace milepost::parsing {

namespace {

constexpr std::size_t k_deepest_indent = 3;  // four columns are indented code in Markdown

std::optional<Heading> hash_heading(std::string_view line) {
  if (indent_of(line) > k_deepest_indent) return {};
  line = trim(line);
  const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
  if (level == 0 || level > 6) return {};
  if (level < line.size() && line[level] != ' ' && line[level] != '\t') return {};
  std::string_view text = trim(line.substr(level));
  const std::size_t last = text.find_last_not_of('#');
  if (last == std::string_view::npos)
    text = {};
  else if (last + 1 < text.size() && (text[last] == ' ' || text[last] == '\t'))
    text = trim(text.substr(0, last));
  return Heading{static_cast<std::uint32_t>(level), text, 1};
}

/// The character of an underline ("===" or "---"), or 0.
char underline_of(std::string_view line) {
  if (indent_of(line) > k_deepest_indent) return 0;
  line = trim(line);
  if (line.empty() || (line[0] != '=' && line[0] != '-')) return 0;
  return line.find_first_not_of(line[0]) == std::string_view::npos ? line[0] : '\0';
}

/// Whether a line after `line` begins a paragraph of its own.
bool starts_paragraph_after(std::string_view line) {
  return trim(line).empty() || is_rule(line) || hash_heading(line) || fence_line(line);
}

std::optional<Heading> underlined_heading(const SourceText& source, std::uint32_t index) {
  if (index + 1 >= source.line_count()) return {};
  const std::string_view below = source.line(index + 1);
  if (below.size() < 3) return {};
  const char mark = underline_of(below);
  if (mark == 0 || trim(below).size() < 3) return {};
  const std::string_view line = source.line(index);
  const std::string_view text = trim(line);
  if (text.empty() || indent_of(line) > k_deepest_indent) return {};
  if (index > 0 && !starts_paragraph_after(source.line(index - 1))) return {};
  if (std::string_view("#>|-=`~").find(text[0]) != std::string_view::npos || is_rule(line) || bullet_of(line))
    return {};
  if (mark == '-' && trim(below).size() < 4 && !match_task_heading(text).heading) return {};
  return Heading{mark == '=' ? 1u : 2u, text, 2};
}

}  // namespace

std::optional<Heading> heading_at(const SourceText& source, std::uint32_t line) {
  if (source.line(line).empty()) return {};
  if (const auto heading = hash_heading(source.line(line))) return heading;
  return underlined_heading(source, line);
}

bool is_rule(std::string_view line) {
  if (indent_of(line) > k_deepest_indent) return false;
  line = trim(line);
  if (line.empty() || std::string_view("-*_").find(line[0]) == std::string_view::npos) return false;
  std::size_t marks = 0;
  for (const char c : line) {
    if (c == line[0])
      ++marks;
    else if (c != ' ' && c != '\t')
      return false;
  }
  return marks >= 3;
}

std::optional<Bullet> bullet_of(std::string_view line) {
  Bullet bullet;
  bullet.indent = indent_of(line);
  std::string_view rest = trim(line);
  if (rest.empty()) return {};
  std::size_t marker = 0;
  if (std::string_view("-*+").find(rest[0]) != std::string_view::npos) {
    marker = 1;
  } else {
    while (marker < rest.size() && marker < 9 && rest[marker] >= '0' && rest[marker] <= '9') ++marker;
    if (marker == 0 || marker == rest.size() || (rest[marker] != '.' && rest[marker] != ')')) return {};
    ++marker;
  }
  if (marker < rest.size() && rest[marker] != ' ' && rest[marker] != '\t') return {};
  rest = trim(rest.substr(marker));
  if (rest.size() >= 3 && rest[0] == '[' && rest[2] == ']' && (rest.size() == 3 || rest[3] == ' ') &&
      std::string_view(" xX").find(rest[1]) != std::string_view::npos) {
    bullet.ticked = rest[1] != ' ';
    rest = trim(rest.substr(3));
  }
  bullet.text = rest;
  return bullet;
}

std::size_t indent_of(std::string_view line) {
  std::size_t columns = 0;
  for (const char c : line) {
    if (c == ' ')
      ++columns;
    else if (c == '\t')
      columns += 4 - columns % 4;
    else
      break;
  }
  return columns;
}

}  // namespace milepost::parsing
