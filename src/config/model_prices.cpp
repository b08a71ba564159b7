#include "milepost/config/model_prices.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "config/value.hpp"

namespace milepost {

namespace {

/// The publishers' price pages; where a price depends on the prompt's length, the one for long prompts.
const std::vector<ModelPrice>& built_in() {
  static const std::vector<ModelPrice> prices = {
      {"claude-fable-5*", 10, 1, 50},
      {"claude-opus-5-5*", 4, 0.20, 20},
      {"claude-opus-5*", 5, 0.50, 25},
      {"claude-opus-4-*", 5, 0.50, 25},
      {"claude-opus-4-0*", 15, 1.50, 75},
      {"claude-opus-4-1*", 15, 1.50, 75},
      {"claude-opus-4-2025*", 15, 1.5, 75},
      {"claude-sonnet-5-5*", 2, 0.10, 10},
      {"claude-sonnet-5*", 2, 0.20, 10},
      {"claude-sonnet-4*", 3, 0.30, 15},
      {"claude-haiku-5-5*", 0.5, 0.05, 2.5},
      {"claude-haiku-4*", 1, 0.10, 5},
      {"gpt-5*", 1.25, 0.125, 10},
      {"gpt-5.2*", 1.75, 0.175, 14},
      {"gpt-5-mini*", 0.25, 0.025, 2},
      {"gpt-5-nano*", 0.05, 0.005, 0.40},
      {"gemini-3-pro*", 4, 0.40, 18},
      {"gemini-3-flash*", 0.50, 0.05, 3},
      {"gemini-2.5-pro*", 2.50, 0.625, 15},
      {"gemini-2.5-flash*", 0.30, 0.075, 2.50},
      {"gemini-2.5-flash-lite*", 0.10, 0.025, 0.40},
  };
  return prices;
}

bool fits(const std::string& pattern, std::string_view model) {
  if (!pattern.ends_with('*')) return pattern == model;
  return model.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
}

/// The longest pattern is the one that says most.
std::optional<ModelPrice> best(const std::vector<ModelPrice>& prices, std::string_view model) {
  const ModelPrice* found = nullptr;
  for (const ModelPrice& price : prices) {
    if (fits(price.model, model) && (!found || price.model.size() >= found->model.size())) found = &price;
  }
  return found ? std::optional(*found) : std::nullopt;
}

}  // namespace

std::string_view price_table_date() {
  return "2026-10";
}

ModelPrice parse_model_price(std::string_view text) {
  constexpr double k_most = 1e6;
  const std::size_t equals = text.find('=');
  const auto figures = split(equals == std::string_view::npos ? "" : text.substr(equals + 1), '/');
  if (equals == 0 || figures.size() != 3)
    throw UsageError("'" + one_line(text, 60) +
                     "' is not MODEL=INPUT/CACHED/OUTPUT in US dollars per million tokens");
  return {std::string(trim(text.substr(0, equals))), config::read_decimal(trim(figures[0]), 0, k_most),
          config::read_decimal(trim(figures[1]), 0, k_most),
          config::read_decimal(trim(figures[2]), 0, k_most)};
}

std::optional<ModelPrice> price_of(std::string_view model, const std::vector<std::string>& own) {
  if (const std::size_t slash = model.rfind('/'); slash != std::string_view::npos)
    model.remove_prefix(slash + 1);
  if (model.empty()) return std::nullopt;
  std::vector<ModelPrice> prices;
  for (const std::string& text : own) prices.push_back(parse_model_price(text));
  if (auto price = best(prices, model)) return price;
  return best(built_in(), model);
}

}  // namespace milepost
