#pragma once

#include "milepost/config/config.hpp"

#include <string>
#include <vector>

namespace milepost {

/// The values that an agent is given and might repeat: those of the settings `secrets` and `secret_files`,
/// and the keys of every harness. For what leaves this machine.
std::vector<std::string> known_secrets(const Config& config);

}  // namespace milepost
