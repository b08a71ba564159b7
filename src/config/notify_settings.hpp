#pragma once

#include "config/setting.hpp"

#include <vector>

namespace milepost::config {

/// The settings notify.*: where a person is told of a run.
std::vector<Setting> notify_settings();

}  // namespace milepost::config
