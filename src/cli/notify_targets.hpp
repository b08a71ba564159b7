#pragma once

#include "milepost/config/config.hpp"
#include "milepost/notify/delivery.hpp"

#include <string>
#include <vector>

namespace milepost {

/// Where the notifications of this configuration go. A target that cannot be used, such as a webhook whose
/// variable is not set, is left out and said in `notes`.
NotifyTargets notify_targets(const Config& config, std::vector<std::string>& notes);

}  // namespace milepost
