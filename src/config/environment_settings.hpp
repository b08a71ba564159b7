#pragma once

#include "config/setting.hpp"

#include <vector>

namespace milepost::config {

/// The settings of what must hold before anything starts: environment.*, sensitive_files.*.
std::vector<Setting> environment_settings();

}  // namespace milepost::config
