#pragma once

#include "milepost/harness/profile.hpp"

namespace milepost {

/// OpenAI's Codex CLI, the npm package @openai/codex.
const HarnessProfile& codex_profile();

}  // namespace milepost
