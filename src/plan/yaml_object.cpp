#include "yaml_object.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace milepost::parsing {

namespace {

using Kind = FrontMatterValue::Kind;

constexpr std::int64_t k_longest_seconds = 30 * 24 * 3600;

Span place(const Span& at) {
  return {at.line, at.column, at.line};
}

std::string key_list(const YamlObject& object) {
  std::string text;
  for (const std::string_view key : object.keys) text += (text.empty() ? "" : ", ") + std::string(key);
  return text;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::chrono::seconds> duration_of(std::string_view text) {
  std::int64_t total = 0;
  bool any = false;
  std::int64_t unit_before = INT64_MAX;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > 9) return std::nullopt;
    const std::int64_t number = number_in<std::int64_t>(text.substr(0, digits)).value_or(0);
    text.remove_prefix(digits);
    const char letter = text.empty() ? 's' : text[0];
    const std::int64_t unit = letter == 'h' ? 3600 : letter == 'm' ? 60 : letter == 's' ? 1 : 0;
    if (unit == 0 || unit >= unit_before || (text.empty() && any)) return std::nullopt;
    if (!text.empty()) text.remove_prefix(1);
    total += number * unit;
    unit_before = unit;
    any = true;
  }
  if (!any || total <= 0 || total > k_longest_seconds) return std::nullopt;
  return std::chrono::seconds(total);
}

YamlMap::YamlMap(const FrontMatterValue& value, std::string_view object, std::string owner,
                 std::vector<Diagnostic>& diagnostics)
    : value_(value), owner_(std::move(owner)), diagnostics_(diagnostics) {
  const auto& objects = yaml_objects();
  const auto rules =
      std::find_if(objects.begin(), objects.end(), [&](const YamlObject& o) { return o.name == object; });
  const std::vector<std::string> known(rules->keys.begin(), rules->keys.end());
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const std::string& key = value.keys[i];
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const auto meant = nearest(key, known);
    diagnostics_.push_back({Severity::error, "unknown-key", place(value.key_at[i]),
                            "'" + one_line(key, 60) + "' is no key of " + owner_,
                            meant ? "did you mean '" + *meant + "'?" : "the keys are " + key_list(*rules)});
  }
  for (const std::string_view key : rules->required) {
    if (find(key) != nullptr) continue;
    diagnostics_.push_back({Severity::error, "missing-key", place(value.at),
                            owner_ + " has no '" + std::string(key) + "'",
                            "add \"" + std::string(key) + ": …\""});
  }
}

void YamlMap::fail(const Span& at, const std::string& message, const std::string& remedy) const {
  diagnostics_.push_back({Severity::error, "wrong-value", place(at), message, remedy});
}

const FrontMatterValue* YamlMap::find(std::string_view key) const {
  const FrontMatterValue* value = value_.find(key);
  return value == nullptr || value->absent() ? nullptr : value;
}

std::string YamlMap::text(std::string_view key) const {
  return optional_text(key).value_or("");
}

std::optional<std::string> YamlMap::optional_text(std::string_view key) const {
  const FrontMatterValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Kind::scalar) return value->text;
  fail(value->at, "'" + std::string(key) + "' of " + owner_ + " must be text",
       "put it in quotes when it begins with [ or {");
  return std::nullopt;
}

std::vector<std::string> YamlMap::texts(std::string_view key) const {
  std::vector<std::string> texts;
  const FrontMatterValue* value = find(key);
  if (value == nullptr) return texts;
  if (value->kind == Kind::scalar) return {value->text};
  if (value->kind == Kind::map) {
    fail(value->at, "'" + std::string(key) + "' of " + owner_ + " must be a list",
         "write one item a line, after \"- \"");
    return texts;
  }
  for (const FrontMatterValue& item : value->items) {
    if (item.kind == Kind::scalar && !item.absent())
      texts.push_back(item.text);
    else
      fail(item.at, "each item of '" + std::string(key) + "' must be text",
           "put an item in quotes when it holds \": \" or begins with [ or {");
  }
  return texts;
}

bool YamlMap::flag(std::string_view key) const {
  const FrontMatterValue* value = find(key);
  if (value == nullptr) return false;
  if (value->kind == Kind::scalar && value->plain && (value->text == "true" || value->text == "false"))
    return value->text == "true";
  fail(value->at, "'" + std::string(key) + "' of " + owner_ + " must be true or false",
       "write true or false, without quotes");
  return false;
}

std::optional<std::int64_t> YamlMap::whole(std::string_view key, std::int64_t least,
                                           std::int64_t most) const {
  const FrontMatterValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto number =
      value->kind == Kind::scalar && value->plain ? number_in<std::int64_t>(value->text) : std::nullopt;
  if (number && *number >= least && *number <= most) return number;
  fail(value->at,
       "'" + std::string(key) + "' of " + owner_ + " must be a whole number from " + std::to_string(least) +
           " to " + std::to_string(most),
       "write such a number, without quotes");
  return std::nullopt;
}

std::optional<double> YamlMap::number(std::string_view key) const {
  const FrontMatterValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto number =
      value->kind == Kind::scalar && value->plain ? number_in<double>(value->text) : std::nullopt;
  if (number && *number >= 0 && *number <= 1e9) return number;
  fail(value->at, "'" + std::string(key) + "' of " + owner_ + " must be a number from 0 on",
       "write such a number, without quotes");
  return std::nullopt;
}

std::optional<std::chrono::seconds> YamlMap::duration(std::string_view key) const {
  const auto words = optional_text(key);
  if (!words) return std::nullopt;
  const auto time = duration_of(*words);
  if (!time)
    fail(find(key)->at,
         "'" + std::string(key) + "' of " + owner_ + " is no time: '" + one_line(*words, 40) + "'",
         "write 90s, 45m, 2h or 1h30m, at most 30 days");
  return time;
}

std::string YamlMap::one_of(std::string_view key, std::span<const std::string_view> words) const {
  const auto word = optional_text(key);
  if (!word) return std::string(words.front());
  if (std::find(words.begin(), words.end(), *word) != words.end()) return *word;
  const std::vector<std::string> known(words.begin(), words.end());
  fail(find(key)->at, "'" + std::string(key) + "' of " + owner_ + " cannot be '" + one_line(*word, 40) + "'",
       "write one of " + join(known, ", "));
  return std::string(words.front());
}

std::vector<const FrontMatterValue*> YamlMap::maps(std::string_view key) const {
  std::vector<const FrontMatterValue*> maps;
  const FrontMatterValue* value = find(key);
  if (value == nullptr) return maps;
  if (value->kind != Kind::list) {
    fail(value->at, "'" + std::string(key) + "' of " + owner_ + " must be a list",
         "write one item a line, after \"- \"");
    return maps;
  }
  for (const FrontMatterValue& item : value->items) {
    if (item.kind == Kind::map)
      maps.push_back(&item);
    else
      fail(item.at, "each item of '" + std::string(key) + "' must be a map", "write \"- key: value\"");
  }
  return maps;
}

const FrontMatterValue* YamlMap::map(std::string_view key) const {
  const FrontMatterValue* value = find(key);
  if (value == nullptr || value->kind == Kind::map) return value;
  fail(value->at, "'" + std::string(key) + "' of " + owner_ + " must be a map",
       "write \"key: value\" lines below it");
  return nullptr;
}

}  // namespace milepost::parsing
