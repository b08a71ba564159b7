#include "file_list.hpp"

#include "milepost/base/text.hpp"

#include "markdown_line.hpp"

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_files = 1000;

/// "None (validation task)", "N/A", "(none — only a check)".
bool names_nothing(std::string_view value) {
  value = trim(value);
  while (value.starts_with('(') || value.starts_with('*') || value.starts_with('_')) value.remove_prefix(1);
  const std::string start = to_lower_ascii(value.substr(0, 5));
  for (const std::string_view word : {"none", "n/a"}) {
    if (start.starts_with(word) &&
        (start.size() == word.size() || start[word.size()] < 'a' || start[word.size()] > 'z'))
      return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> files_of(const SourceText& source, const FenceReading& fences, const Field& field) {
  if (names_nothing(field.value)) return {};
  std::vector<std::string> files = quoted_tokens(field.value);
  if (files.size() > k_most_files) files.resize(k_most_files);
  if (!files.empty()) return files;

  std::size_t top = 0;
  bool in_list = false;
  bool top_has_path = false;
  for (std::uint32_t i = field.first; i <= field.last && files.size() < k_most_files; ++i) {
    if (fences.hides(i) || source.blank(i)) continue;
    const std::string_view line = source.line(i);
    const auto bullet = bullet_of(line);
    if (!bullet) {
      if (trim(line).starts_with('`')) {  // paths one a line, without a list
        for (std::string& token : quoted_tokens(line)) files.push_back(std::move(token));
        continue;
      }
      if (in_list && indent_of(line) > top) continue;  // the rest of an item
      if (in_list || !files.empty()) break;            // the list is over
      continue;
    }
    if (!in_list) top = bullet->indent;
    in_list = true;
    const bool is_top = bullet->indent <= top + 1;
    if (!is_top && top_has_path) continue;  // remarks below a path
    std::vector<std::string> tokens = quoted_tokens(bullet->text);
    if (is_top) top_has_path = !tokens.empty();
    if (!tokens.empty()) files.push_back(std::move(tokens.front()));
  }
  return files;
}

bool leaves_code_folder(std::string_view path) {
  if (path.starts_with('/') || path.starts_with('~')) return true;
  int depth = 0;
  for (const std::string_view part : split(path, '/')) {
    if (part == "..") {
      if (--depth < 0) return true;
    } else if (!part.empty() && part != ".") {
      ++depth;
    }
  }
  return false;
}

}  // namespace milepost::parsing
