#pragma once

#include "milepost/harness/profile.hpp"

#include <memory>

namespace milepost {

/// Parser of pi's `--mode json`, as written by versions 0.73 to 0.87.
///
/// pi exits with 0 whatever happened and writes `agent_end` also before it tries again; so a run succeeded
/// only when its last answer and the list in `agent_end` both end with "stop", and a failure is told at the
/// end of the stream.
std::unique_ptr<EventParser> pi_event_parser();

}  // namespace milepost
