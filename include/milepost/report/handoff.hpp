#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"

#include <string>
#include <string_view>

namespace milepost {

/// The hand-off document of a milestone after its state: one section a finished task ("## Task 3.1 Complete:
/// Title") with summary, files changed, commit, checks, decisions, notes for the next task. Text of an
/// earlier document (`existing`, may be empty) that milepost did not write is kept as it is; sections of the
/// same task are replaced.
std::string handoff_document(const Plan& plan, const RunState& state, std::string_view existing);

/// "HANDOFF_M3.md".
std::string handoff_file_name(const Plan& plan);

}  // namespace milepost
