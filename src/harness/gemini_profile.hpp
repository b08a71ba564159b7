#pragma once

#include "milepost/harness/profile.hpp"

namespace milepost {

/// Gemini CLI, the npm package @google/gemini-cli.
const HarnessProfile& gemini_profile();

}  // namespace milepost
