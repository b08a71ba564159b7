#include "fields.hpp"

#include "milepost/base/text.hpp"

#include "markdown_line.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_longest_label = 100;
constexpr std::size_t k_most_tokens = 1000;

/// The labels that are fields even in plain text or as a list item.
constexpr std::array<std::string_view, 21> k_known = {"file",
                                                      "files",
                                                      "type",
                                                      "description",
                                                      "acceptance criteria",
                                                      "estimated time",
                                                      "estimate",
                                                      "depends on",
                                                      "dependency",
                                                      "dependencies",
                                                      "trigger",
                                                      "smoke test",
                                                      "branch",
                                                      "builds on",
                                                      "goal",
                                                      "prerequisite",
                                                      "prerequisites",
                                                      "task categories",
                                                      "what to do",
                                                      "what",
                                                      "implementation notes"};

/// Further labels whose values are read.
constexpr std::array<std::string_view, 6> k_read = {"acceptance", "acceptance criterion", "success criteria",
                                                    "effort",     "estimated effort",     "only if"};

bool known(const std::string& label) {
  return std::find(k_known.begin(), k_known.end(), label) != k_known.end();
}

bool is_read(const std::string& label) {
  return known(label) || std::find(k_read.begin(), k_read.end(), label) != k_read.end();
}

struct Label {
  std::string name;
  std::string_view value;
  bool bullet = false;
};

/// "**Label:** value" and its variants, at the start of `text`.
std::optional<Label> bold_label(std::string_view text) {
  if (!text.starts_with("**")) return {};
  const std::size_t close = text.substr(0, k_longest_label + 4).find("**", 2);
  if (close == std::string_view::npos || close == 2) return {};
  const std::string_view inside = text.substr(2, close - 2);
  std::string_view rest = text.substr(close + 2);
  bool colon = trim(inside).ends_with(':');
  if (!colon) {
    // "**Label** (remark): value"
    std::string_view after = trim(rest);
    if (after.starts_with('(')) {
      const std::size_t paren = after.find(')');
      if (paren != std::string_view::npos) after = trim(after.substr(paren + 1));
      colon = after.starts_with(':') || after.empty();
      if (colon) rest = after.empty() ? after : after.substr(1);
    } else if (after.starts_with(':')) {
      colon = true;
      rest = after.substr(1);
    } else if (after.empty()) {
      colon = true;
    }
  }
  if (!colon) return {};
  return Label{normal_label(inside), trim(rest), false};
}

std::optional<Label> plain_label(std::string_view line) {
  if (line.empty() || line[0] < 'A' || line[0] > 'Z') return {};
  const std::size_t colon = line.substr(0, k_longest_label).find(':');
  if (colon == std::string_view::npos) return {};
  Label label{normal_label(line.substr(0, colon)), trim(line.substr(colon + 1)), false};
  if (!known(label.name)) return {};
  return label;
}

std::optional<Label> label_at(std::string_view line) {
  if (auto label = bold_label(line)) return label;
  if (auto label = plain_label(line)) return label;
  if (!line.starts_with("- ") && !line.starts_with("* ")) return {};
  auto label = bold_label(trim(line.substr(2)));
  if (!label || !known(label->name)) return {};
  label->bullet = true;
  return label;
}

/// "*Smoke Test:*" and "*Unit Tests:*" end a field as a label does; other italic labels divide its text.
bool names_tests(const std::string& italic) {
  return italic.ends_with(" test") || italic.ends_with(" tests");
}

}  // namespace

std::string normal_label(std::string_view label) {
  std::string plain;
  int depth = 0;
  for (const char c : label) {
    if (c == '(') ++depth;
    if (depth == 0 && c != '*' && c != '`') plain += c == '\t' ? ' ' : c;
    if (c == ')' && depth > 0) --depth;
  }
  std::string_view trimmed = trim(plain);
  // "1. Description" is the label "description".
  const std::size_t digits = std::min(trimmed.find_first_not_of("0123456789"), trimmed.size());
  if (digits > 0 && digits < trimmed.size() && (trimmed[digits] == '.' || trimmed[digits] == ')'))
    trimmed = trim(trimmed.substr(digits + 1));
  while (trimmed.ends_with(':')) trimmed = trim(trimmed.substr(0, trimmed.size() - 1));
  return to_lower_ascii(trimmed);
}

std::string label_name_at(const SourceText& source, std::uint32_t line) {
  if (const auto heading = heading_at(source, line)) return normal_label(heading->text);
  const std::string_view text = source.line(line);
  if (auto label = label_at(text)) return label->name;
  return italic_label(text);
}

std::string italic_label(std::string_view line) {
  line = trim(line);
  if (line.size() < 4 || line.size() > k_longest_label || line[0] != '*' || line[1] == '*' || line[1] == ' ')
    return {};
  const std::size_t close = line.find('*', 1);
  if (close == std::string_view::npos) return {};
  const std::string_view rest = trim(line.substr(close + 1));
  const bool colon = trim(line.substr(1, close - 1)).ends_with(':') || rest.starts_with(':') || rest.empty();
  return colon ? normal_label(line.substr(1, close - 1)) : std::string();
}

std::vector<Field> fields_of(const SourceText& source, const FenceReading& fences, std::uint32_t first,
                             std::uint32_t last) {
  std::vector<Field> fields;
  bool open = false;         // lines still belong to the last field
  bool open_bullet = false;  // and its label is a list item
  for (std::uint32_t i = first; i <= last && i < source.line_count(); ++i) {
    if (fences.hides(i)) {
      if (open) fields.back().last = i;
      continue;
    }
    const std::string_view line = source.line(i);
    const auto heading = heading_at(source, i);
    std::optional<Label> label;
    if (heading) {
      label = Label{normal_label(heading->text), {}, false};
      i += heading->lines - 1;
    } else {
      label = label_at(line);
      // "- **Tests:** …" among the items of a criteria or file list is an item.
      if (label && label->bullet && open && !open_bullet && known(fields.back().label)) label.reset();
    }
    if (label) {
      open = is_read(label->name) && find_field(fields, {label->name}) == nullptr;
      open_bullet = label->bullet;
      if (open) fields.push_back({std::move(label->name), label->value, i, i + 1, i});
    } else if (is_rule(line) || names_tests(italic_label(line))) {
      open = false;
    } else if (open) {
      fields.back().last = i;
    }
  }
  return fields;
}

const Field* find_field(const std::vector<Field>& fields, std::initializer_list<std::string_view> labels) {
  for (const Field& field : fields) {
    if (std::find(labels.begin(), labels.end(), field.label) != labels.end()) return &field;
  }
  return nullptr;
}

std::string value_text(const SourceText& source, const Field& field) {
  std::string text(field.value);
  if (field.first <= field.last) {
    text += '\n';
    text += source.text(field.first, field.last);
  }
  return std::string(trim(text));
}

std::vector<std::string> quoted_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  while (tokens.size() < k_most_tokens) {
    const std::size_t open = text.find('`');
    if (open == std::string_view::npos) return tokens;
    const std::size_t close = text.find('`', open + 1);
    if (close == std::string_view::npos) return tokens;
    const std::string_view token = trim(text.substr(open + 1, close - open - 1));
    if (!token.empty()) tokens.emplace_back(token);
    text.remove_prefix(close + 1);
  }
  return tokens;
}

}  // namespace milepost::parsing
