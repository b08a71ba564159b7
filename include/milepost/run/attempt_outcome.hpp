#pragma once

#include "milepost/run/agent_session.hpp"
#include "milepost/state/run_event.hpp"

namespace milepost {

/// What one run of a harness amounts to, in this order of truth: how the process ended, the harness's
/// terminal event, the exit status. A success here only means that the agent ended well; its result block and
/// the checks come after. Pure. Fills outcome, result, detail, usage and duration.
AttemptEnded judge(const AgentOutput& output);

}  // namespace milepost
