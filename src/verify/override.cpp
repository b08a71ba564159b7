#include "milepost/verify/override.hpp"

#include <algorithm>

namespace milepost {

std::vector<Evidence> apply_overrides(std::vector<Evidence> evidence,
                                      const std::vector<Override>& overrides) {
  for (Evidence& check : evidence) {
    if (check.id.empty() || check.verdict == Verdict::passed || check.verdict == Verdict::overridden)
      continue;
    const auto last = std::find_if(overrides.rbegin(), overrides.rend(),
                                   [&](const Override& given) { return given.check == check.id; });
    if (last == overrides.rend()) continue;
    check.detail = "taken as met by " + last->by + ": " + last->reason +
                   " (milepost: " + std::string(to_string(check.verdict)) +
                   (check.detail.empty() ? "" : ", " + check.detail) + ")";
    check.verdict = Verdict::overridden;
  }
  return evidence;
}

}  // namespace milepost
