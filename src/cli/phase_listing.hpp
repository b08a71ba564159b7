#pragma once

#include "milepost/plan/phase.hpp"

#include <functional>
#include <string>

namespace milepost {

/// The plans of a phase by wave, one line each: id, state, title, and what it waits for. `state` says how a
/// plan stands, in one word.
std::string phase_listing(const Phase& phase, const std::function<std::string(const PhasePlan&)>& state);

/// The same with "done" and "open" by the summaries alone.
std::string phase_listing(const Phase& phase);

}  // namespace milepost
