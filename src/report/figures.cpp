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

std::string counted(std::size_t count, const std::string& thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace milepost
