#include "milepost/report/figures.hpp"

#include <fmt/format.h>

#include <ctime>

namespace milepost {

std::string cost_text(const Usage& usage) {
  if (!usage.cost_usd) return "cost unknown";
  if (*usage.cost_usd > 0 && *usage.cost_usd < 0.01) return "under $0.01";
  return fmt::format("{}${:.2f}", usage.cost_estimated ? "about " : "", *usage.cost_usd);
}

std::string local_time(const std::string& utc) {
  const auto moment = parse_utc(utc);
  if (!moment) return utc;
  const std::time_t time = std::chrono::system_clock::to_time_t(*moment), now = std::time(nullptr);
  std::tm then{}, today{};
  ::localtime_r(&time, &then);
  ::localtime_r(&now, &today);
  const bool is_today = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
  char text[32];
  std::strftime(text, sizeof text, is_today ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &then);
  return text;
}

std::string token_total(const Usage& usage) {
  if (!usage.input_tokens && !usage.output_tokens) return {};
  const std::uint64_t tokens = usage.input_tokens.value_or(0) + usage.output_tokens.value_or(0);
  if (tokens < 1000) return counted(tokens, "token");
  // 999'950 and more would read "1000.0k".
  if (tokens < 999'950) return fmt::format("{:.1f}k tokens", static_cast<double>(tokens) / 1e3);
  return fmt::format("{:.1f}M tokens", static_cast<double>(tokens) / 1e6);
}

std::string counted(std::size_t count, const std::string& thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace milepost
