#pragma once

#include "milepost/state/run_state.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include <functional>
#include <string>

namespace milepost {

/// Whether milepost wrote this path of the code folder: no work of the user's.
using IsOwnDocument = std::function<bool(const std::string& path)>;

/// What a session that begins says of files that are not committed, in one sentence; empty when there is
/// nothing to say.
std::string uncommitted_at_start(ShadowGit& git, const IsOwnDocument& is_own);

/// The same of a session that goes on with a run. `now`: the code folder as this session found it. Only what
/// changed while milepost was away is told; where a session was cut off, that may also be a task's own work.
std::string uncommitted_at_resume(ShadowGit& git, const RunState& state, const Snapshot& now,
                                  const IsOwnDocument& is_own);

/// What a session that goes on with a run says of finished tasks whose commits are not in HEAD: the user went
/// to another branch, or took them back.
std::string lost_commits(const ShadowGit& git, const RunState& state);

}  // namespace milepost
