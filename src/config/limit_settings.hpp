#pragma once

#include "config/setting.hpp"

#include <vector>

namespace milepost::config {

/// The settings of what a run may use up, and of what follows a failure: budget.*, task_budget.*, prices,
/// on_failure.*, max_wait, backoff, same_failures.
std::vector<Setting> limit_settings();

}  // namespace milepost::config
