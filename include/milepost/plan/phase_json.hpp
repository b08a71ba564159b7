#pragma once

#include "milepost/plan/phase.hpp"

#include <string>

namespace milepost {

/// The phase as JSON, two spaces of indent, keys in a fixed order (docs/plan-format.md). The same files give
/// the same bytes.
std::string phase_to_json(const Phase& phase);

}  // namespace milepost
