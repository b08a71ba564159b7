#pragma once

#include "config/setting.hpp"

#include <vector>

namespace milepost::config {

/// The settings of who works and reviews, and what is handed to them: harness, model, custom.*, review.*,
/// agent_config, secrets, pass_env.
std::vector<Setting> agent_settings();

}  // namespace milepost::config
