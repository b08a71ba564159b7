#include "pattern_search.hpp"

#include "milepost/plan/pattern.hpp"

#include <re2/re2.h>

namespace milepost {

namespace {

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// ECMAScript's escapes that RE2 writes otherwise: "\u00e9" and "\_".
std::string in_re2_words(std::string_view pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '\\' || i + 1 == pattern.size()) {
      text += pattern[i];
      continue;
    }
    const char c = pattern[i + 1];
    const std::string_view digits = pattern.substr(i + 2, 4);
    if (c == 'u' && digits.size() == 4 && is_hex(digits[0]) && is_hex(digits[1]) && is_hex(digits[2]) &&
        is_hex(digits[3])) {
      text += "\\x{" + std::string(digits) + "}";
      i += 5;
    } else {
      if (c != '_') text += '\\';
      text += c;
      ++i;
    }
  }
  return text;
}

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

struct PatternSearch::Compiled {
  explicit Compiled(const std::string& pattern) : regex(pattern, options()) {}
  RE2 regex;
};

PatternSearch::PatternSearch(std::string_view pattern) : pattern_(pattern) {
  const PatternCheck check = check_pattern(pattern);
  if (check.fault == PatternFault::invalid) literal_because_ = "it is no regular expression";
  if (check.fault == PatternFault::costly) literal_because_ = check.reason;
  if (check.fault != PatternFault::none) return;
  compiled_ = std::make_unique<Compiled>(in_re2_words(pattern));
  if (!compiled_->regex.ok()) problem_ = "the pattern cannot be searched for: " + compiled_->regex.error();
}

PatternSearch::~PatternSearch() = default;

bool PatternSearch::found_in(std::string_view text) const {
  if (!compiled_) return text.find(pattern_) != std::string_view::npos;
  return problem_.empty() && RE2::PartialMatch({text.data(), text.size()}, compiled_->regex);
}

}  // namespace milepost
