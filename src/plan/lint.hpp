#pragma once

#include "milepost/plan/plan.hpp"

#include <string_view>

namespace milepost::parsing {

/// Adds what is wrong with a plan of any format although it can be read: patterns, commands that cannot fail,
/// paths outside the code folder, checkpoints in a plan that says it needs nobody.
void lint(Plan& plan);

/// Why a verify command never fails: "it is empty", "'|| true' hides every failure"; empty when it may fail.
std::string_view why_it_cannot_fail(std::string_view run);

/// Adds errors for dependencies of tasks on themselves and for cycles; unknown ones are told by the parsers.
/// `at` gives the place of a task's dependencies, one for each task.
void lint_cycles(Plan& plan, const std::vector<Span>& at);

}  // namespace milepost::parsing
