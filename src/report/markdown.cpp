#include "markdown.hpp"

#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"

#include <algorithm>

namespace milepost {

namespace {

/// Whether the line opens or closes a fenced code block.
bool is_fence(std::string_view line) {
  line = trim(line);
  return line.starts_with("```") || line.starts_with("~~~");
}

}  // namespace

std::string code(std::string_view text) {
  const std::string shown = one_line(text, 400);
  std::size_t longest = 0, run = 0;
  for (const char c : shown) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string quotes(longest + 1, '`');
  const std::string space = longest > 0 ? " " : "";
  return quotes + space + shown + space + quotes;
}

std::string tame(std::string_view text) {
  std::string tamed;
  bool in_fence = false;
  const std::string shown = printable(trim(text), /*keep_newlines=*/true);
  for (const std::string_view line : lines_of(shown)) {
    const std::string_view start = trim(line);
    if (is_fence(line)) {
      in_fence = !in_fence;
    } else if (!in_fence &&
               (start.starts_with("#") || start.starts_with("---") || start.starts_with("==="))) {
      tamed += '\\';
    }
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (line.substr(at).starts_with("<!--"))
        tamed += "&lt;";
      else
        tamed += line[at];
    }
    tamed += '\n';
  }
  if (in_fence) tamed += "```\n";
  return tamed;
}

std::string tame_line(std::string_view text) {
  const std::string tamed = tame(one_line(text, 2000));
  return std::string(trim(tamed));
}

std::string bullet(std::string_view text) {
  const std::string tamed = tame(text);
  std::string entry;
  for (const std::string_view line : lines_of(tamed))
    entry += (entry.empty() ? "- " : trim(line).empty() ? "" : "  ") + std::string(line) + "\n";
  return entry;
}

std::string check_line(const Evidence& check) {
  std::string words(to_string(check.verdict));
  std::replace(words.begin(), words.end(), '_', ' ');
  std::string line = words + ": " + code(check.command);
  if (check.verdict == Verdict::passed || check.verdict == Verdict::failed)
    line += " (" + human_duration(check.duration) + ")";
  if (check.verdict != Verdict::passed && !check.detail.empty()) line += ", " + tame_line(check.detail);
  return line;
}

}  // namespace milepost
