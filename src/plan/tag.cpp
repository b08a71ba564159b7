#include "tag.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_longest_tag = 1000;
constexpr std::uint32_t k_most_lines = 4;
constexpr std::size_t k_none = std::string_view::npos;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == ':';
}

std::size_t past_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

std::size_t past_name(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_letter(text[at])) return at;
  while (at < text.size() && is_name(text[at])) ++at;
  return at;
}

struct Attribute {
  std::string_view name;
  std::string_view value;
};

enum class Scan { found, end, incomplete, malformed };

/// Reads one attribute from `at` on, or the end of the tag.
Scan next_attribute(std::string_view text, std::size_t& at, Attribute& attribute) {
  const std::size_t start = past_spaces(text, at);
  if (start >= text.size()) return Scan::incomplete;
  if (text[start] == '>' || text.substr(start).starts_with("/>")) {
    at = start + (text[start] == '>' ? 1 : 2);
    return Scan::end;
  }
  const std::size_t end = past_name(text, start);
  if (end == start || start == at) return Scan::malformed;
  attribute = {text.substr(start, end - start), {}};
  at = end;
  std::size_t value = past_spaces(text, end);
  if (value >= text.size() || text[value] != '=') return Scan::found;
  value = past_spaces(text, value + 1);
  if (value >= text.size()) return Scan::incomplete;
  const char quote = text[value];
  if (quote == '"' || quote == '\'') {
    const std::size_t close = text.find(quote, value + 1);
    if (close == k_none) return Scan::incomplete;
    attribute.value = text.substr(value + 1, close - value - 1);
    at = close + 1;
  } else {
    at = std::min(text.find_first_of(" \t\n>\"'<", value), text.size());
    if (at == value) return Scan::malformed;
    attribute.value = text.substr(value, at - value);
  }
  return Scan::found;
}

}  // namespace

std::optional<Tag> tag_at(const SourceText& source, std::uint32_t line, std::size_t offset) {
  const std::string_view whole = source.line(line);
  if (offset >= whole.size() || whole[offset] != '<') return std::nullopt;
  std::string_view text = whole.substr(offset, k_longest_tag);
  Tag tag;
  tag.closes = text.starts_with("</");
  const std::size_t name = tag.closes ? 2 : 1;
  const std::size_t name_end = past_name(text, name);
  if (name_end == name) return std::nullopt;
  tag.name = text.substr(name, name_end - name);
  std::string joined;
  std::size_t last_start = 0;  // where the tag's last line begins in the text
  while (true) {
    std::size_t at = name_end;
    Attribute attribute;
    Scan scan = Scan::found;
    while (scan == Scan::found) scan = next_attribute(text, at, attribute);
    if (scan == Scan::end) {
      tag.attributes = std::string(text.substr(name_end, at - name_end - 1));
      tag.end = at - last_start + (tag.lines == 1 ? offset : 0);
      return tag;
    }
    const bool goes_on = scan == Scan::incomplete && !tag.closes && tag.lines < k_most_lines &&
                         line + tag.lines < source.line_count() && text.size() < k_longest_tag &&
                         !source.blank(line + tag.lines);
    if (!goes_on) return std::nullopt;
    std::string longer = std::string(text) + "\n";
    last_start = longer.size();
    longer += source.line(line + tag.lines).substr(0, k_longest_tag);
    joined = std::move(longer);
    text = joined;
    ++tag.lines;
  }
}

std::string_view attribute(std::string_view attributes, std::string_view name) {
  std::size_t at = 0;
  Attribute found;
  while (next_attribute(attributes, at, found) == Scan::found) {
    if (found.name == name) return found.value;
  }
  return found.name == name ? found.value : std::string_view();
}

std::size_t close_tag_at_end(std::string_view line, std::string_view name) {
  return name_closed_at_end(line) == name ? line.rfind('<') : k_none;
}

std::string_view name_closed_at_end(std::string_view line) {
  line = trim(line);
  if (!line.ends_with('>')) return {};
  std::size_t end = line.size() - 1;
  while (end > 0 && is_space(line[end - 1])) --end;
  std::size_t start = end;
  while (start > 0 && is_name(line[start - 1])) --start;
  return start >= 2 && start < end && line[start - 1] == '/' && line[start - 2] == '<'
             ? line.substr(start, end - start)
             : std::string_view();
}

std::size_t find_close_tag(std::string_view text, std::string_view name, std::size_t from,
                           std::size_t& length) {
  for (std::size_t at = text.find("</", from); at != k_none; at = text.find("</", at + 2)) {
    if (!text.substr(at + 2).starts_with(name)) continue;
    const std::size_t end = past_spaces(text, at + 2 + name.size());
    if (end >= text.size() || text[end] != '>') continue;
    length = end + 1 - at;
    return at;
  }
  return k_none;
}

}  // namespace milepost::parsing
