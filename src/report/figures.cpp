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

std::string short_count(std::uint64_t count) {
  if (count < 1000) return std::to_string(count);
  if (count < 9'950) return fmt::format("{:.1f}k", static_cast<double>(count) / 1e3);
  if (count < 999'500) return fmt::format("{:.0f}k", static_cast<double>(count) / 1e3);
  return fmt::format("{:.1f}M", static_cast<double>(count) / 1e6);
}

std::string token_text(const Usage& usage) {
  if (!usage.input_tokens && !usage.cached_tokens && !usage.output_tokens) return {};
  std::string text = short_count(usage.input_tokens.value_or(0)) + " in";
  if (usage.cached_tokens.value_or(0) > 0) text += " (+" + short_count(*usage.cached_tokens) + " cached)";
  return text + ", " + short_count(usage.output_tokens.value_or(0)) + " out";
}

std::string counted(std::size_t count, const std::string& thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace milepost
