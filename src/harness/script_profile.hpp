#pragma once

#include "milepost/harness/profile.hpp"

namespace milepost {

/// The built-in harness that runs a task's shell blocks one after the other; it needs no key and no install.
/// "Resuming" a session runs the blocks again, with the person's answer in MILEPOST_ANSWER.
const HarnessProfile& script_profile();

}  // namespace milepost
