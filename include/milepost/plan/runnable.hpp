#pragma once

#include "milepost/plan/plan.hpp"

#include <string>
#include <vector>

namespace milepost {

/// Why this version must not run the plan: running it would go past something that the plan asks for. One
/// sentence part each, in file order; empty: it may run.
std::vector<std::string> not_runnable(const Plan& plan);

/// The harness that a task of a plan wants by milepost's name for it: YAML plans say "claude-code" and
/// "gemini-cli".
std::string wanted_harness(const Task& task);

/// The tasks whose harness is not `listed`, in the same form. Whose credentials are used is the user's
/// choice: a plan picks among the harnesses that they list.
std::vector<std::string> unlisted_harnesses(const Plan& plan, const std::vector<std::string>& listed);

/// What a run of the plan leaves to the user: what it says that is not checked or not followed to the letter.
/// In the same form.
std::vector<std::string> run_cautions(const Plan& plan);

}  // namespace milepost
