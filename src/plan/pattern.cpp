#include "milepost/plan/pattern.hpp"

#include <regex>
#include <vector>

namespace milepost {

namespace {

constexpr std::size_t k_longest = 512;
constexpr std::size_t k_deepest = 16;
constexpr unsigned k_most_repeats = 2000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The larger bound of "{2,5}" at `at`, or 0 when no such count stands there.
unsigned count_at(std::string_view pattern, std::size_t at) {
  if (pattern[at] != '{') return 0;
  unsigned number = 0;
  unsigned most = 0;
  for (++at; at < pattern.size(); ++at) {
    if (is_digit(pattern[at])) {
      number = number < 1'000'000 ? number * 10 + static_cast<unsigned>(pattern[at] - '0') : number;
    } else {
      most = number > most ? number : most;
      number = 0;
      if (pattern[at] == '}') return most == 0 ? 1 : most;
      if (pattern[at] != ',') return 0;
    }
  }
  return 0;
}

/// Words for what makes matching costly; empty when nothing does.
std::string cost_of(std::string_view pattern) {
  if (pattern.size() > k_longest) return "it is longer than 512 characters";
  std::vector<bool> repeats_inside = {false};  // for each open group
  bool group_ended = false;
  bool ended_repeats = false;
  unsigned repeats = 0;  // nested counts are refused, so they add up
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const unsigned count = count_at(pattern, i);
    if (c == '*' || c == '+' || count > 0) {
      if (group_ended && ended_repeats) return "a repeat stands inside a repeated group";
      repeats += count;
      if (repeats > k_most_repeats) return "its counts ask for more than 2000 repeats";
      repeats_inside.back() = true;
      group_ended = false;
      continue;
    }
    group_ended = false;
    if (c == '\\') {
      ++i;
    } else if (c == '[') {
      for (++i; i < pattern.size() && pattern[i] != ']'; ++i) {
        if (pattern[i] == '\\') ++i;
      }
    } else if (c == '(') {
      if (repeats_inside.size() > k_deepest) return "its groups are nested too deeply";
      repeats_inside.push_back(false);
    } else if (c == ')' && repeats_inside.size() > 1) {
      ended_repeats = repeats_inside.back();
      repeats_inside.pop_back();
      if (ended_repeats) repeats_inside.back() = true;
      group_ended = true;
    }
  }
  return {};
}

}  // namespace

PatternCheck check_pattern(std::string_view pattern) {
  if (std::string cost = cost_of(pattern); !cost.empty()) return {PatternFault::costly, std::move(cost)};
  try {
    const std::regex compiled(pattern.begin(), pattern.end(), std::regex::ECMAScript);
  } catch (const std::regex_error& error) {
    return {PatternFault::invalid, error.what()};
  }
  return {};
}

}  // namespace milepost
