#pragma once

#include "milepost/harness/profile.hpp"

namespace milepost {

/// pi, the npm package @mariozechner/pi-coding-agent.
const HarnessProfile& pi_profile();

}  // namespace milepost
