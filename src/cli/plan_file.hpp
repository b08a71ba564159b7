#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/plan/plan.hpp"

#include <string>

namespace milepost {

/// Whether the argument names a directory of plans.
bool is_phase(const std::string& path);

/// Reads the plan of a command line. Throws UsageError; for a file that is not there it names one of a
/// similar name beside it.
Plan open_plan(const std::string& path);

/// The same for a plan that is to be run: its diagnostics are printed. Throws UsageError when one is an
/// error, or when this version cannot run it.
Plan read_plan(const App& app, const std::string& path);

/// For commands that look at runs: throws UsageError when a plan has neither a run nor a file.
void require_plan_or_runs(const std::string& path, bool has_runs);

}  // namespace milepost
