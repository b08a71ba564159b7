#pragma once

#include "milepost/state/run_state.hpp"

#include <string_view>

namespace milepost {

/// How a pipeline sees a task: its work failed, something around it did, or it was not run.
enum class Standing { good, failed, error, not_run, running };

/// A running task of a run that has ended was cut off: an error.
Standing standing_of(const TaskState& task, const RunState& state);

/// "completed", "needs a person", "cut off"…
std::string_view standing_words(const TaskState& task, const RunState& state);

}  // namespace milepost
