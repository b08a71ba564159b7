#pragma once

#include "phase_order.hpp"

namespace milepost::parsing {

/// Adds to the plans' diagnostics what is wrong between them. Pre: order_plans gave `order`.
void lint_phase(Phase& phase, const PhaseOrder& order);

}  // namespace milepost::parsing
