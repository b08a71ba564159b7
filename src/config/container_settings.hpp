#pragma once

#include "config/setting.hpp"

#include <vector>

namespace milepost::config {

/// The settings of the container: engine, image, network.*, resources.*.
std::vector<Setting> container_settings();

}  // namespace milepost::config
