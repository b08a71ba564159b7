#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace milepost {

/// One line of a harness's output as a JSON object.
struct JsonLine {
  nlohmann::json object;
  bool repeated_key = false;  ///< a key of the object itself came twice; JSON leaves open which one counts
};

/// Nothing for a line that is not one JSON object, or that nests or holds more than any real event does.
/// Bytes that are not UTF-8 inside it become U+FFFD.
std::optional<JsonLine> parse_json_line(std::string_view line);

// Members of an object that may be missing or of another type: then the value is empty, zero or nothing.
const nlohmann::json& json_member(const nlohmann::json& object, const char* key);
std::string json_text(const nlohmann::json& object, const char* key);
std::optional<std::uint64_t> json_count(const nlohmann::json& object, const char* key);
std::optional<double> json_amount(const nlohmann::json& object, const char* key);

}  // namespace milepost
