#pragma once

#include "milepost/state/run_state.hpp"

#include <string>

namespace milepost {

/// Two runs side by side, a line a task (by its id) and one for the whole: outcome, attempts, time, cost.
/// Printable.
std::string comparison_text(const RunState& before, const RunState& after);

/// The same as one JSON object: {"runs": [a, b], "tasks": [{"id", "before", "after"}…], "before", "after"};
/// null where a run does not have the task, or a figure is not known.
std::string comparison_json(const RunState& before, const RunState& after);

}  // namespace milepost
