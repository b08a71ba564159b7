#include "yaml_text.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>
#include <array>

namespace milepost {

namespace {

constexpr std::size_t k_columns = 2000;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Words that YAML 1.1 or 1.2 reads as something else than text.
bool is_reserved(std::string_view text) {
  constexpr std::array<std::string_view, 10> words = {"null", "true", "false", "yes", "no",
                                                      "on",   "off",  "y",     "n",   "nan"};
  const std::string lower = to_lower_ascii(text);
  return std::find(words.begin(), words.end(), lower) != words.end();
}

/// A word with a letter that begins it, or digits followed by a letter and a dash, as in "37-build".
bool is_plain(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const bool name =
      !text.empty() && (is_letter(text[0]) || (digits > 0 && digits + 1 < text.size() &&
                                               text[digits] == '-' && is_letter(text[digits + 1])));
  return name && !is_reserved(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '/' || c == '.';
         });
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string quoted = "\"";
  const std::string line = one_line(text, k_columns);
  for (const char c : line) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string yaml_flow_list(const std::vector<std::string>& entries) {
  std::string text;
  for (const std::string& entry : entries) text += (text.empty() ? "" : ", ") + yaml_scalar(entry);
  return "[" + text + "]";
}

std::string yaml_block_list(std::string_view key, const std::vector<std::string>& entries,
                            std::size_t indent) {
  const std::string margin(indent, ' ');
  if (entries.empty()) return margin + std::string(key) + ": []\n";
  std::string text = margin + std::string(key) + ":\n";
  for (const std::string& entry : entries) text += margin + "  - " + yaml_scalar(entry) + "\n";
  return text;
}

}  // namespace milepost
