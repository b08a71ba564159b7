#pragma once

#include "milepost/run/result_block.hpp"
#include "milepost/state/run_event.hpp"

namespace milepost {

/// Takes what the agent says of its own work into the end of its attempt. `reports_scenario`: it was to run a
/// scenario; then it did its part when it says how that went, and a failed scenario is no failed attempt.
void take_report(AttemptEnded& ended, const ResultBlock& block, bool reports_scenario);

}  // namespace milepost
