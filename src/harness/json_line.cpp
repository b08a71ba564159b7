#include "harness/json_line.hpp"

#include "milepost/base/text.hpp"

#include <cmath>
#include <set>

namespace milepost {

namespace {

using nlohmann::json;

// A line of 16 MB may hold eight million values, each many times its text in memory.
constexpr int k_deepest = 64;
constexpr std::size_t k_most_values = 200'000;

const json k_nothing;

}  // namespace

std::optional<JsonLine> parse_json_line(std::string_view line) {
  std::set<std::string> keys;
  std::size_t values = 0;
  bool repeated = false;
  bool beyond_limits = false;
  const auto look = [&](int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::key && depth == 1) {
      repeated = !keys.insert(parsed.get<std::string>()).second || repeated;
    }
    beyond_limits = beyond_limits || depth > k_deepest || ++values > k_most_values;
    return !beyond_limits;
  };
  json parsed = json::parse(line, look, /*allow_exceptions=*/false);
  if (parsed.is_discarded() && !beyond_limits) {
    const std::string repaired = valid_utf8(line);
    if (repaired == line) return std::nullopt;
    keys.clear();
    values = 0;
    repeated = false;
    parsed = json::parse(repaired, look, /*allow_exceptions=*/false);
  }
  if (beyond_limits || !parsed.is_object()) return std::nullopt;
  return JsonLine{std::move(parsed), repeated};
}

const json& json_member(const json& object, const char* key) {
  if (!object.is_object()) return k_nothing;
  const auto at = object.find(key);
  return at == object.end() ? k_nothing : *at;
}

std::string json_text(const json& object, const char* key) {
  const json& value = json_member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::uint64_t> json_count(const json& object, const char* key) {
  const json& value = json_member(object, key);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  const auto amount = json_amount(object, key);
  constexpr double k_exact = 9007199254740992.0;  // 2^53: above it a double is no longer a count
  if (!amount || *amount > k_exact || *amount != std::floor(*amount)) return std::nullopt;
  return static_cast<std::uint64_t>(*amount);
}

std::optional<double> json_amount(const json& object, const char* key) {
  const json& value = json_member(object, key);
  if (!value.is_number()) return std::nullopt;
  const double amount = value.get<double>();
  if (!std::isfinite(amount) || amount < 0) return std::nullopt;
  return amount;
}

}  // namespace milepost
