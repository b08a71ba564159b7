#pragma once

#include "milepost/plan/plan.hpp"

#include <string>
#include <vector>

namespace milepost {

/// Why this version must not run the plan: running it would go past a person, another harness or a budget
/// that the plan asks for. One sentence part each, in file order; empty: it may run.
std::vector<std::string> not_runnable(const Plan& plan);

/// What a run of the plan leaves to the user: what it says that is not checked or not followed to the letter.
/// In the same form.
std::vector<std::string> run_cautions(const Plan& plan);

}  // namespace milepost
