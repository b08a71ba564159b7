#pragma once

#include "milepost/cli/app.hpp"

namespace milepost {

/// `milepost run DIR`: every open plan of a phase, one at a time, each as a run of its own. An unfinished run
/// of a plan is resumed. Prints how the plans ended. Throws UsageError before anything starts; exit 4 when
/// commits of an open plan exist that no run made.
ExitCode run_phase(App& app, const Invocation& invocation);

/// `milepost resume DIR`: the same when some plan has a run; an answer goes to the one plan with a question.
ExitCode resume_phase(App& app, const Invocation& invocation);

}  // namespace milepost
