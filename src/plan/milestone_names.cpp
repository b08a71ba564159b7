#include "milestone_names.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace milepost::parsing {

namespace {

constexpr std::string_view k_em_dash = "\xe2\x80\x94";
constexpr std::string_view k_en_dash = "\xe2\x80\x93";
constexpr int k_longest_range = 100;
constexpr std::size_t k_longest_value = 4096;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

/// The length of "4", "4.5" or "5b" at the start of `text`; 0 when a word goes on behind it.
std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && at < 6 && is_digit(text[at])) ++at;
  if (at == 0) return 0;
  while (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
  }
  if (at < text.size() && text[at] >= 'a' && text[at] <= 'z') ++at;
  return at < text.size() && is_word(text[at]) ? 0 : at;
}

std::string without_parentheses(std::string_view text) {
  std::string plain;
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (depth == 0) plain += c;
    if (c == ')' && depth > 0) --depth;
  }
  return plain;
}

bool starts_milestone(std::string_view text) {
  text = trim(text);
  if (!text.empty() && (text[0] == 'M' || text[0] == 'm')) text.remove_prefix(1);
  return number_length(text) > 0;
}

/// Cuts the remark after a dash; a dash between two milestones is a range.
std::string_view before_remark(std::string_view text) {
  text = text.substr(0, text.find(" " + std::string(k_em_dash)));
  for (const std::string_view dash : {std::string_view(" - "), std::string_view(" \xe2\x80\x93 ")}) {
    const std::size_t at = text.find(dash);
    if (at != std::string_view::npos && !starts_milestone(text.substr(at + dash.size())))
      text = text.substr(0, at);
  }
  return text;
}

/// "M1-M6", "M1–M6", "M1..M6", "M1 to M6": takes the link and says whether it was one.
bool take_range(std::string_view& text) {
  std::string_view rest = trim(text);
  for (const std::string_view link : {std::string_view("-"), k_en_dash, std::string_view(".."),
                                      std::string_view("to "), std::string_view("through ")}) {
    if (!rest.starts_with(link)) continue;
    rest = trim(rest.substr(link.size()));
    if (!starts_milestone(rest)) return false;
    if (!is_digit(rest[0])) rest.remove_prefix(1);
    text = rest;
    return true;
  }
  return false;
}

/// Whether the words before a milestone name something else than this plan's feature.
bool names_another_feature(std::string_view words) {
  int capitalised = 0;
  for (const std::string_view word : split(words, ' ')) {
    if (word.size() > 1 && word[0] >= 'A' && word[0] <= 'Z' && is_letter(word[1])) ++capitalised;
  }
  return capitalised >= 2;
}

/// "None, can run beside M1": what follows is a remark.
bool says_none(std::string_view value) {
  value = trim(value);
  const std::string start = to_lower_ascii(value.substr(0, 8));
  for (const std::string_view word : {"none", "nothing", "n/a"}) {
    if (start.starts_with(word) && (value.size() == word.size() || !is_word(value[word.size()]))) return true;
  }
  return false;
}

void add(std::vector<std::string>& names, std::string name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

void add_range(std::vector<std::string>& names, std::string_view first, std::string_view last) {
  const auto whole = [](std::string_view text) -> std::optional<int> {
    int value = 0;
    for (const char c : text) {
      if (!is_digit(c)) return {};
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const auto from = whole(first);
  const auto to = whole(last);
  if (from && to && *to >= *from && *to - *from <= k_longest_range) {
    for (int i = *from; i <= *to; ++i) add(names, "M" + std::to_string(i));
  } else {
    add(names, "M" + std::string(first));
    add(names, "M" + std::string(last));
  }
}

/// Whether a number in a list ends its item: the 2 in "Milestones 1, 2 and 3", not in "Milestone 1, 2
/// workers".
bool ends_list_item(std::string_view after) {
  after = trim(after);
  return after.empty() || std::string_view(",;+/&-.").find(after[0]) != std::string_view::npos ||
         after.starts_with(k_en_dash) || after.starts_with("and ");
}

/// Takes the word "milestone" or "milestones" and the spaces behind it.
bool take_milestone_word(std::string_view& text) {
  constexpr std::string_view word = "milestone";
  if (to_lower_ascii(text.substr(0, word.size())) != word) return false;
  std::string_view rest = text.substr(word.size());
  if (rest.starts_with('s')) rest.remove_prefix(1);
  const std::size_t spaces = std::min(rest.find_first_not_of(" \t"), rest.size());
  if (spaces == 0) return false;
  text = rest.substr(spaces);
  return true;
}

}  // namespace

std::vector<std::string> milestones_in(std::string_view value) {
  if (says_none(value)) return {};
  const std::string plain = without_parentheses(value.substr(0, k_longest_value));
  std::string_view text = before_remark(plain);
  std::vector<std::string> names;
  bool item_has_one = false;
  std::size_t item_start = 0;  // the words of an item before its milestone tell what it is of
  bool bare_numbers = false;   // "Milestones 1, 2 and 3"
  for (std::size_t at = 0; at < text.size();) {
    if (std::string_view(",;+/&").find(text[at]) != std::string_view::npos) {
      item_start = ++at;
      item_has_one = false;
      continue;
    }
    if (at > 0 && is_word(text[at - 1])) {
      ++at;
      continue;
    }
    std::string_view rest = text.substr(at);
    const bool bare = bare_numbers && is_digit(rest[0]);
    if (take_milestone_word(rest))
      bare_numbers = true;
    else if (rest[0] == 'M' || rest[0] == 'm')
      rest.remove_prefix(1);
    else if (!bare) {
      ++at;
      continue;
    }
    const std::size_t length = number_length(rest);
    if (length == 0) {
      ++at;
      continue;
    }
    const std::string_view first = rest.substr(0, length);
    rest.remove_prefix(length);
    if (bare && !ends_list_item(rest)) {
      ++at;
      continue;
    }
    const bool ours = item_has_one || !names_another_feature(text.substr(item_start, at - item_start));
    item_has_one = item_has_one || ours;
    if (take_range(rest)) {
      const std::string_view last = rest.substr(0, number_length(rest));
      rest.remove_prefix(last.size());
      if (ours) add_range(names, first, last);
    } else if (ours) {
      add(names, "M" + std::string(first));
    }
    at = text.size() - rest.size();
  }
  return names;
}

MilestoneTitle milestone_title_of(std::string_view heading) {
  const std::string_view whole = trim(heading);
  const auto after_separator = [](std::string_view text) -> std::optional<std::string_view> {
    text = trim(text);
    if (text.empty()) return text;
    for (const std::string_view separator :
         {std::string_view(":"), std::string_view("-"), k_em_dash, k_en_dash}) {
      if (text.starts_with(separator)) return trim(text.substr(separator.size()));
    }
    return {};
  };
  std::string_view rest = whole;
  const bool word = take_milestone_word(rest);
  if (word || rest.starts_with('M') || rest.starts_with('m')) {
    if (!word) rest.remove_prefix(1);
    const std::size_t length = number_length(rest);
    if (length > 0) {
      if (const auto title = after_separator(rest.substr(length)))
        return {"M" + std::string(rest.substr(0, length)), *title};
    }
  }
  for (const std::string_view name : {"test milestone:", "milestone:", "test plan:"}) {
    if (to_lower_ascii(whole.substr(0, name.size())) == name) return {{}, trim(whole.substr(name.size()))};
  }
  return {{}, whole};
}

std::string milestone_of_file_stem(std::string_view stem) {
  for (std::size_t at = 0; at < stem.size(); ++at) {
    if (stem[at] != 'M' || (at > 0 && is_letter(stem[at - 1])) || (at > 0 && is_digit(stem[at - 1])))
      continue;
    const std::string_view rest = stem.substr(at + 1);
    std::size_t end = std::min(rest.find_first_of("_- "), rest.size());
    const std::string_view number = rest.substr(0, end);
    if (number_length(number) == number.size() && !number.empty()) return "M" + std::string(number);
  }
  return {};
}

}  // namespace milepost::parsing
