#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"

#include <string>
#include <vector>

namespace milepost {

/// How the tasks of a plan differ from those that a run was started with, by id and text, one line each.
std::vector<std::string> plan_differences(const Plan& plan, const RunState& run);

/// Tells the differences, when the plan is another than the run was started with; throws UsageError unless
/// the user accepted them. A plan whose tasks are the same passes in silence.
void check_plan_change(const App& app, const Plan& plan, const RunState& run, bool accepted);

}  // namespace milepost
