#pragma once

#include "milepost/harness/profile.hpp"

namespace milepost {

/// OpenCode, the npm package opencode-ai.
const HarnessProfile& opencode_profile();

}  // namespace milepost
