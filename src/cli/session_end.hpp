#pragma once

#include "milepost/base/exit_code.hpp"
#include "milepost/cli/app.hpp"
#include "milepost/state/run_state.hpp"

#include <exception>
#include <string>

namespace milepost {

/// How a session ended, as it is journaled and returned.
struct SessionEnd {
  ExitCode code = ExitCode::ok;
  std::string detail;
};

/// The end that an exception makes. After a signal it is the signal's, whatever failed because of it.
SessionEnd end_of(const App& app, const std::exception_ptr& problem);

/// Whether a task failed because the agent changed what steers git.
bool was_tampered(const RunState& state);

}  // namespace milepost
