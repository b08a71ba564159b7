#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"

namespace milepost {

/// Compares a plan with what a run was started with, by task id and text. Reports each difference; throws
/// UsageError unless the user accepted them. A plan whose tasks are the same passes in silence.
void check_plan_change(const App& app, const Plan& plan, const RunState& run, bool accepted);

}  // namespace milepost
