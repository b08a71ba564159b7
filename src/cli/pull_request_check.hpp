#pragma once

#include "milepost/doctor/check.hpp"
#include "milepost/doctor/environment_checks.hpp"
#include "milepost/state/run_event.hpp"
#include "milepost/state/run_store.hpp"

namespace milepost {

/// The check "pull-request": whether one could be opened for this branch now. What is certain to fail at the
/// end of a run fails here; a server that does not answer is a warning. `started`: of the run that goes on,
/// empty for a new one. `environment` outlives it.
Check pull_request_check(const Environment& environment, RunStarted started);

}  // namespace milepost
