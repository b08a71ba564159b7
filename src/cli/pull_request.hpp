#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/state/run_store.hpp"

namespace milepost {

/// Pushes the branch that a run worked on and opens a pull request for it (command `pr`; `run --pr` after a
/// run that passed). `environment`, with instructions on stdout, when no program can open one here.
ExitCode publish_run(App& app, const Invocation& invocation, const RunSummary& run);

}  // namespace milepost
