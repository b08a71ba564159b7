#include "listed_labels.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

std::map<std::string, std::string> parse_labels(std::string_view text) {
  std::map<std::string, std::string> labels;
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return labels;
  for (const auto& [name, value] : json.items()) {
    if (value.is_string()) labels[name] = value.get<std::string>();
  }
  return labels;
}

}  // namespace milepost
