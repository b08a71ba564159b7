#pragma once

#include "milepost/plan/phase.hpp"

#include <string>

namespace milepost {

/// The plans and what they wait for as a graph in Graphviz's language, a box for each wave. The same files
/// give the same bytes.
std::string phase_to_dot(const Phase& phase);

}  // namespace milepost
