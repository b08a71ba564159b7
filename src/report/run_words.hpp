#pragma once

#include "milepost/base/exit_code.hpp"
#include "milepost/state/run_event.hpp"

#include <string>

namespace milepost {

// How a run's states are told to a person, as part of a line.

/// "with what went wrong": why there is a further attempt.
const char* why_again(AttemptReason reason);
/// "stopped by a limit".
std::string outcome_words(Outcome outcome);
/// "waits for a person": how a run ended.
std::string ending(ExitCode code);

}  // namespace milepost
