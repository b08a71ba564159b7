#pragma once

#include "milepost/harness/profile.hpp"

namespace milepost {

/// Claude Code, the npm package @anthropic-ai/claude-code.
const HarnessProfile& claude_profile();

}  // namespace milepost
