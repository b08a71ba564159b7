#pragma once

#include "milepost/plan/plan.hpp"

#include <string>

namespace milepost {

/// The whole plan as JSON, two spaces of indent, keys in a fixed order: `format`, `id`, `title`, `goal`, …,
/// `tasks[]`, `diagnostics[]` (documented in docs/plan-format.md). The same plan gives the same bytes.
std::string plan_to_json(const Plan& plan);

}  // namespace milepost
