#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/state/run_store.hpp"

#include <string>
#include <vector>

namespace milepost {

/// A run in one line: id, plan, standing, tasks done, time, cost.
std::string run_line(const RunSummary& run);

/// "running", "ok", "failed", "interrupted"…
std::string standing(const RunSummary& run);

/// The runs of this repository, or of all with `--all`, newest first.
std::vector<RunSummary> listed_runs(const App& app, const Invocation& invocation);

}  // namespace milepost
