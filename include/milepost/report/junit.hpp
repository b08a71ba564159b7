#pragma once

#include "milepost/state/run_state.hpp"

#include <string>

namespace milepost {

/// The run as a JUnit file: the milestone is the test suite, each task one test case. `failure`: its work or
/// a check failed. `error`: a limit, the machine, tampering, an open question, or it was cut off. `skipped`:
/// not run. A run that ended badly while no task did has one more test case, "the run", with an `error`.
/// Valid XML 1.0 whatever the agent printed; its text is bounded a task.
std::string junit_xml(const RunState& state);

}  // namespace milepost
