#pragma once

#include "milepost/plan/plan.hpp"

#include <string>

namespace milepost {

/// The tasks and what they wait for as a graph in Graphviz's language. The same plan gives the same bytes.
std::string plan_to_dot(const Plan& plan);

}  // namespace milepost
