#pragma once

#include "milepost/container/engine.hpp"
#include "milepost/run/container_setup.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// The arguments of milepost-egress-probe that ask whether an allowlist holds. `allowed`: a target that must
/// be let through, or "". `gateways`: addresses of this machine that the proxy knows.
std::vector<std::string> egress_test_questions(const EgressRoute& route, const std::string& allowed,
                                               const std::vector<std::string>& gateways);

/// What the answers amount to.
struct EgressVerdict {
  std::string leak;     ///< why the allowlist does not hold; "" when it does
  std::string warning;  ///< it holds, but an allowed target cannot be reached
};

/// Judges the probe's output. An answer that is missing is a leak: nothing was proven.
EgressVerdict judge_egress(const std::vector<std::string>& questions, const std::string& allowed,
                           std::string_view answers);

}  // namespace milepost
