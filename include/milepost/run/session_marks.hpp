#pragma once

#include "milepost/state/run_state.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// The shadow repository's names for the code folder as it was when a session of a run began (resumed ones
/// only, before anything of it worked) and when it ended in order, with nothing of it at work any more.
/// Sessions count from 1, as RunState::sessions does.
std::string session_begin_name(const RunId& run, unsigned session);
std::string session_end_name(const RunId& run, unsigned session);

/// The times between these sessions of a run, in order: nobody but the user worked in the code folder. A
/// session that was cut off has left no end, and the time behind it is not among them.
std::vector<UsersTime> times_between_sessions(const ShadowGit& git, const RunId& run, unsigned first,
                                              unsigned last);

/// The last that is known of the code folder before the present session of a resumed run.
struct LastKnown {
  Snapshot snapshot;
  bool at_end = false;  ///< taken when a session had ended; otherwise an agent may have worked since
};
/// Nothing when the shadow repository no longer has any of it.
std::optional<LastKnown> last_known(const ShadowGit& git, const RunState& state);

}  // namespace milepost
