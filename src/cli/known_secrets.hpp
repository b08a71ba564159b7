#pragma once

#include "milepost/config/config.hpp"

#include <string>
#include <vector>

namespace milepost {

/// The values of this process's environment that an agent is given and might repeat: those of the setting
/// `secrets` and the keys of every harness. For what leaves this machine.
std::vector<std::string> known_secrets(const Config& config);

}  // namespace milepost
