#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"

#include <string>
#include <string_view>

namespace milepost {

/// The hand-off document of a milestone after its state: one section a completed task ("## Task 3.1 Complete:
/// Title") with summary, files changed, commit, checks, decisions and notes for the next task, as far as they
/// are known. Each section stands between two small HTML comments; it is replaced in place, and everything
/// outside of them in an earlier document (`existing`, may be empty) is kept as it is. The same state and
/// text give the same bytes, also when applied to its own result.
std::string handoff_document(const Plan& plan, const RunState& state, std::string_view existing);

/// "HANDOFF_M3.md".
std::string handoff_file_name(const Plan& plan);

}  // namespace milepost
