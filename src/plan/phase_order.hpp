#pragma once

#include "milepost/plan/phase.hpp"

namespace milepost::parsing {

/// A dependency that fits several plans of the phase: "37-0" of "37-0a" and "37-0b" with suffixes.
struct AmbiguousDependency {
  std::size_t plan = 0;
  std::string name;
  std::vector<std::string> candidates;
};

/// What resolving the dependencies found beside the plans' own fields.
struct PhaseOrder {
  std::vector<AmbiguousDependency> ambiguous;
  std::vector<std::size_t> cycle;  ///< places of its plans, each depending on the next; empty: none
};

/// Resolves the dependencies, computes levels and waves, sorts the plans and finds the files they share.
/// Plans on a cycle stay in the first level.
PhaseOrder order_plans(Phase& phase);

/// Whether two ids are the same but for leading zeros: "37-1" means "37-01".
bool same_plan_id(std::string_view a, std::string_view b);

/// A path as it is compared: without "./" and back quotes.
std::string_view plain_path(std::string_view path);

}  // namespace milepost::parsing
