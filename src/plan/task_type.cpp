#include "task_type.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace milepost::parsing {

namespace {

struct KnownType {
  std::string_view word;
  TaskKind kind;
};

constexpr std::array<KnownType, 11> k_types = {{{"CODING", TaskKind::coding},
                                                {"RESEARCH", TaskKind::research},
                                                {"MIXED", TaskKind::mixed},
                                                {"VALIDATION", TaskKind::validation},
                                                {"VERIFICATION", TaskKind::validation},
                                                {"TESTING", TaskKind::validation},
                                                {"CHECKPOINT", TaskKind::checkpoint},
                                                {"DOCUMENTATION", TaskKind::coding},
                                                {"EXECUTION", TaskKind::coding},
                                                {"BUG_FIX", TaskKind::coding},
                                                {"REFACTORING", TaskKind::coding}}};

std::optional<TaskKind> kind_of(std::string_view word) {
  const auto at =
      std::find_if(k_types.begin(), k_types.end(), [&](const KnownType& t) { return t.word == word; });
  return at == k_types.end() ? std::nullopt : std::optional(at->kind);
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_word(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string_view type_word(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    bool upper = true;
    while (end < text.size() && is_word(text[end])) {
      upper = upper && (is_upper(text[end]) || text[end] == '_');
      ++end;
    }
    if (upper && end - at > 1) return text.substr(at, end - at);
    at = end;
  }
  return {};
}

TaskType task_type_of(std::string_view value) {
  TaskType type;
  for (const char c : trim(value)) {
    if (c != '`' && c != '*') type.text += c;
  }
  std::string word(type_word(type.text));
  if (word.empty()) {
    // "Coding": the same words in another case.
    const std::size_t end = std::min(type.text.find_first_of(" (,;"), type.text.size());
    for (const char c : type.text.substr(0, end))
      word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  type.kind = kind_of(word).value_or(TaskKind::coding);
  return type;
}

TaskType task_type_in_title(std::string_view title) {
  const std::size_t open = title.rfind('(');
  if (open == std::string_view::npos || !title.ends_with(')')) return {};
  const std::string_view word = title.substr(open + 1, title.size() - open - 2);
  const auto kind = kind_of(word);
  return kind ? TaskType{*kind, std::string(word)} : TaskType{};
}

}  // namespace milepost::parsing
