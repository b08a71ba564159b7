#include "milepost/report/figures.hpp"

#include <fmt/format.h>

namespace milepost {

std::string cost_text(const Usage& usage) {
  if (!usage.cost_usd) return "cost unknown";
  if (*usage.cost_usd > 0 && *usage.cost_usd < 0.01) return "under $0.01";
  return fmt::format("${:.2f}", *usage.cost_usd);
}

std::string counted(std::size_t count, const std::string& thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace milepost
