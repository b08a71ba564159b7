#pragma once

#include "milepost/state/run_state.hpp"

#include <string>

namespace milepost {

/// Of two attempts that failed in the same way the same text: what failed and its words, without figures,
/// which differ each time (durations, addresses, line numbers). Empty for an attempt that did not fail by its
/// own work: it succeeded, was interrupted, asked, or met a limit or a service's failure. Pure.
std::string failure_fingerprint(const AttemptState& attempt);

}  // namespace milepost
