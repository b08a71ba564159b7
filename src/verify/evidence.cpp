#include "milepost/verify/evidence.hpp"

#include <algorithm>

namespace milepost {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::infra_error:
      return "infra_error";
    case Verdict::not_verified:
      return "not_verified";
    case Verdict::manual:
      return "manual";
  }
  return "unknown";
}

Verdict overall(const std::vector<Evidence>& evidence) {
  const auto has = [&](Verdict verdict) {
    return std::any_of(evidence.begin(), evidence.end(),
                       [&](const Evidence& item) { return item.verdict == verdict; });
  };
  for (const Verdict verdict : {Verdict::failed, Verdict::infra_error, Verdict::passed}) {
    if (has(verdict)) return verdict;
  }
  return Verdict::not_verified;
}

}  // namespace milepost
