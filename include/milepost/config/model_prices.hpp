#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// List prices of a model in US dollars per million tokens.
struct ModelPrice {
  std::string model;  ///< a name, or the beginning of one and `*`
  double input = 0, cached = 0, output = 0;
};

/// When the built-in prices were looked up at their publishers: "2026-10".
std::string_view price_table_date();

/// Reads "gpt-5*=1.25/0.125/10": input, cached, output. Throws UsageError without a place.
ModelPrice parse_model_price(std::string_view text);

/// The price of a model: the user's own entries before the built-in ones, among each the longest that fits. A
/// provider before the name ("openai/gpt-5") is passed over. Nothing for a model that no entry names.
std::optional<ModelPrice> price_of(std::string_view model, const std::vector<std::string>& own);

}  // namespace milepost
