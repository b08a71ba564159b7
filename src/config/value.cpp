#include "config/value.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace milepost::config {

namespace {

std::string shown(std::string_view text) {
  return "'" + one_line(text, 60) + "'";
}

struct Unit {
  std::string_view suffix;  // lower case
  std::uint64_t factor;
};

constexpr std::uint64_t k_kibi = 1024, k_mebi = k_kibi * 1024, k_gibi = k_mebi * 1024, k_tebi = k_gibi * 1024;
constexpr std::array<Unit, 14> k_units = {{{"", 1},
                                           {"b", 1},
                                           {"k", k_kibi},
                                           {"m", k_mebi},
                                           {"g", k_gibi},
                                           {"t", k_tebi},
                                           {"kib", k_kibi},
                                           {"mib", k_mebi},
                                           {"gib", k_gibi},
                                           {"tib", k_tebi},
                                           {"kb", 1'000},
                                           {"mb", 1'000'000},
                                           {"gb", 1'000'000'000},
                                           {"tb", 1'000'000'000'000}}};

constexpr double k_largest_size = 1e15;

/// Words that YAML, or a reader of YAML, takes for something else than text.
bool is_reserved_word(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  for (const std::string_view word : {"null", "~", "true", "false", "yes", "no", "on", "off", "none"}) {
    if (lower == word) return true;
  }
  return false;
}

bool is_plain(std::string_view text) {
  constexpr std::string_view safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+=@:- ";
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (text.find_first_not_of(safe) != std::string_view::npos) return false;
  if (text.find(": ") != std::string_view::npos) return false;
  constexpr std::string_view bad_first = "-:=@";
  return bad_first.find(text.front()) == std::string_view::npos && !is_reserved_word(text);
}

}  // namespace

std::string_view kind_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::none:
      return "nothing";
    case Value::Kind::text:
      return "a single value";
    case Value::Kind::list:
      return "a list";
    case Value::Kind::map:
      return "a map";
  }
  return "?";
}

bool read_yes_no(std::string_view text) {
  const std::string word = to_lower_ascii(text);
  for (const std::string_view yes : {"yes", "true", "on", "1"}) {
    if (word == yes) return true;
  }
  for (const std::string_view no : {"no", "false", "off", "0"}) {
    if (word == no) return false;
  }
  throw UsageError(shown(text) + " is not yes or no");
}

std::uint64_t read_number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
    throw UsageError(shown(text) + " is not a whole number");
  }
  if (error != std::errc() || number < least || number > most) {
    throw UsageError(shown(text) + " is not between " + std::to_string(least) + " and " +
                     std::to_string(most));
  }
  return number;
}

double read_decimal(std::string_view text, double least, double most) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    throw UsageError(shown(text) + " is not a number");
  }
  if (number < least || number > most) {
    throw UsageError(shown(text) + " is not between " + decimal_text(least) + " and " + decimal_text(most));
  }
  return number;
}

std::uint64_t read_size(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const std::string unit = to_lower_ascii(trim(text.substr(static_cast<std::size_t>(end - text.data()))));
  if (error == std::errc() && std::isfinite(number) && number >= 0) {
    for (const Unit& candidate : k_units) {
      if (candidate.suffix != unit) continue;
      const double bytes = number * static_cast<double>(candidate.factor);
      if (bytes > k_largest_size) throw UsageError(shown(text) + " is larger than any disk or memory");
      return static_cast<std::uint64_t>(std::llround(bytes));
    }
  }
  throw UsageError(shown(text) + " is not a size (a number and k, m, g, MB or GB)");
}

std::string yaml_text(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  const bool simple = printable(text) == text && text.find('\'') == std::string_view::npos;
  if (simple) return "'" + std::string(text) + "'";
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\t':
        quoted += "\\t";
        break;
      default:
        quoted += c;
    }
  }
  quoted += '"';
  return printable(quoted);
}

std::string yaml_list(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    // In a flow list a plain text ends at a comma or bracket; yaml_text leaves those quoted already.
    text += (text.empty() ? "" : ", ") + yaml_text(item);
  }
  return "[" + text + "]";
}

std::string size_text(std::uint64_t bytes) {
  if (bytes == 0) return "0";
  for (const Unit& unit : {Unit{"TB", 1'000'000'000'000}, Unit{"GB", 1'000'000'000}, Unit{"MB", 1'000'000}}) {
    if (bytes % unit.factor == 0) return std::to_string(bytes / unit.factor) + std::string(unit.suffix);
  }
  for (const Unit& unit : {Unit{"t", k_tebi}, Unit{"g", k_gibi}, Unit{"m", k_mebi}, Unit{"k", k_kibi}}) {
    if (bytes % unit.factor == 0) return std::to_string(bytes / unit.factor) + std::string(unit.suffix);
  }
  return std::to_string(bytes);
}

std::string decimal_text(double value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  return error == std::errc() ? std::string(buffer, end) : std::to_string(value);
}

}  // namespace milepost::config
