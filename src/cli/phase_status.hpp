#pragma once

#include "milepost/cli/app.hpp"

namespace milepost {

/// `milepost status DIR`: the plans of a phase by wave, and how their newest runs stand.
ExitCode phase_status(App& app, const Invocation& invocation);

}  // namespace milepost
