#pragma once

#include "milepost/state/run_state.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include <string>

namespace milepost {

/// What a session that begins says of files that are not committed, in one sentence; empty when there is
/// nothing to say.
std::string uncommitted_at_start(ShadowGit& git);

/// The same of a session that goes on with a run. `now`: the code folder as this session found it. Only what
/// changed while milepost was away is told; where a session was cut off, that may also be a task's own work.
std::string uncommitted_at_resume(ShadowGit& git, const RunState& state, const Snapshot& now);

}  // namespace milepost
