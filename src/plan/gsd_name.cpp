#include "gsd_name.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>
#include <cstddef>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_longest_token = 64;
constexpr std::string_view k_ending = "-PLAN";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

std::size_t past_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

std::string_view without_zeros(std::string_view text) {
  while (text.size() > 1 && text[0] == '0' && is_digit(text[1])) text.remove_prefix(1);
  return text;
}

/// "37-02" → {"37", "02"}; the number is empty when the last part is none.
void split_id(GsdName& name) {
  const std::size_t dash = name.id.rfind('-');
  const std::string_view last = std::string_view(name.id).substr(dash == std::string::npos ? 0 : dash + 1);
  if (!is_plan_token(last)) return;
  name.number = std::string(last);
  if (dash != std::string::npos) name.phase = name.id.substr(0, dash);
}

std::string text_of_key(const FrontMatter& front, std::string_view key) {
  const FrontMatterEntry* entry = front.find(key);
  return entry == nullptr ? std::string() : std::string(trim(entry->text));
}

std::string id_of_bare_plan(const std::filesystem::path& path, const FrontMatter& front) {
  const std::string number = text_of_key(front, "plan");
  const std::string phase_text = text_of_key(front, "phase");
  const std::string_view phase = phase_token(phase_text);
  if (is_plan_token(number) && !phase.empty()) return std::string(phase) + "-" + number;
  if (!number.empty() && number.size() <= k_longest_token) return number;
  const std::string directory = path.parent_path().filename().string();
  const std::string_view token = phase_token(directory);
  return token.empty() ? "PLAN" : std::string(token);
}

}  // namespace

bool is_plan_token(std::string_view text) {
  if (text.empty() || text.size() > 8 || !is_digit(text[0])) return false;
  const std::size_t end = past_digits(text, 0);
  return end == text.size() || (end + 1 == text.size() && is_letter(text[end]));
}

std::string_view phase_token(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_upper(text[at])) ++at;
  if (at > 0 && at < text.size() && text[at] == '-') ++at;  // a project code: "CK-01"
  const std::size_t first = past_digits(text, at);
  if (first == at) return {};
  std::size_t end = first;
  if (end < text.size() && is_letter(text[end]) && (end + 1 == text.size() || !is_letter(text[end + 1])))
    ++end;
  while (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1]))
    end = past_digits(text, end + 1);
  if (end < text.size() && text[end] != '-' && text[end] != '/' && text[end] != ' ' && text[end] != '_')
    return {};
  return text.substr(0, std::min(end, k_longest_token));
}

bool same_number(std::string_view a, std::string_view b) {
  const std::vector<std::string_view> left = split(a, '.');
  const std::vector<std::string_view> right = split(b, '.');
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](std::string_view x, std::string_view y) {
                      return to_lower_ascii(without_zeros(x)) == to_lower_ascii(without_zeros(y));
                    });
}

bool is_gsd_file_name(std::string_view name) {
  if (!name.ends_with("-PLAN.md")) return false;
  const std::string_view phase = phase_token(name);
  const bool numbered = !phase.empty() && (is_digit(phase[0]) || phase.find('-') != std::string_view::npos);
  if (!numbered || phase.size() == name.size() || name[phase.size()] != '-') return false;
  const std::string_view rest = name.substr(phase.size() + 1);
  return is_plan_token(rest.substr(0, rest.find('-')));
}

GsdName gsd_name_of(const std::filesystem::path& path, const FrontMatter& front) {
  const std::string stem = valid_utf8(path.stem().string());
  GsdName name;
  if (stem.size() > k_ending.size() && stem.ends_with(k_ending)) {
    name.id = stem.substr(0, stem.size() - k_ending.size());
  } else if (stem == "PLAN") {
    name.id = id_of_bare_plan(path, front);
  } else {
    name.id = stem.empty() ? "PLAN" : stem;
    name.canonical = false;
  }
  split_id(name);
  return name;
}

GsdDependency gsd_dependency(std::string_view item, const GsdName& plan) {
  using Kind = GsdDependency::Kind;
  item = trim(item);
  if (const std::size_t slash = item.rfind('/'); slash != std::string_view::npos)
    item = item.substr(slash + 1);
  item = item.substr(0, item.find_first_of(" \t("));
  for (const std::string_view ending : {".md", "-PLAN", "-SUMMARY"}) {
    if (item.size() > ending.size() && item.ends_with(ending)) item.remove_suffix(ending.size());
  }
  const auto own = [&](std::string_view number) {
    GsdDependency found{Kind::same_phase, {}};
    std::string padded(number);
    // A number that lost its zeros to YAML: 1 among 01, 02.
    if (is_digit(plan.number.empty() ? ' ' : plan.number[0]) && past_digits(number, 0) == 1 &&
        past_digits(plan.number, 0) == 2)
      padded.insert(0, "0");
    if (padded != number && same_number(number, plan.number)) padded = plan.number;
    found.id = plan.phase.empty() ? padded : plan.phase + "-" + padded;
    if (found.id == plan.id) found.kind = Kind::self;
    return found;
  };
  if (item.empty() || item.size() > 200) return {Kind::unclear, std::string(item.substr(0, 200))};
  if (item == plan.id) return {Kind::self, plan.id};
  if (is_plan_token(item)) return own(item);

  std::string_view phase, rest;
  if (!plan.phase.empty() && item.starts_with(plan.phase + "-")) {
    phase = plan.phase;
    rest = item.substr(plan.phase.size() + 1);
  } else {
    phase = phase_token(item);
    if (phase.empty() || phase.size() + 1 >= item.size() || item[phase.size()] != '-')
      return {Kind::unclear, std::string(item)};
    rest = item.substr(phase.size() + 1);
  }
  const std::string_view number = rest.substr(0, rest.find('-'));
  if (is_plan_token(number)) {
    if (same_number(phase, plan.phase)) return own(number);
    return {Kind::other_phase, std::string(phase) + "-" + std::string(number)};
  }
  const std::string_view last = rest.substr(rest.rfind('-') + 1);
  if (is_plan_token(last)) return {Kind::other_phase, std::string(item)};
  return {Kind::unclear, std::string(item)};
}

}  // namespace milepost::parsing
