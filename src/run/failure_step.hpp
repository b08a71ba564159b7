#pragma once

#include "milepost/run/next_step.hpp"

#include <optional>

namespace milepost {

/// What follows the last attempt of a task when it broke down (failure_class): by the policy's table. Nothing
/// when it did not, or when what it reported is accepted. `again`: the reason of another attempt. Pure.
std::optional<Step> after_breakdown(const TaskState& task, const StepPolicy& policy, AttemptReason again);

/// How many of the last attempts in a row failed in the same way; what did not fail by itself is passed over.
unsigned same_failures_in_a_row(const TaskState& task);

}  // namespace milepost
