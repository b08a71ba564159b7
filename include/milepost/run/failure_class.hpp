#pragma once

#include "milepost/config/failure_policy.hpp"
#include "milepost/state/run_event.hpp"

#include <optional>

namespace milepost {

/// The class of failure that ended an attempt, told from its result word. Nothing when the agent ended in its
/// own way, with or without success: that is judged by its report and the checks. Pure.
std::optional<FailureClass> failure_class(const AttemptEnded& end);

/// The result word of an attempt whose agent reported its result and then had to be ended.
inline constexpr const char* k_hang_after_result = "hang_after_result";

}  // namespace milepost
