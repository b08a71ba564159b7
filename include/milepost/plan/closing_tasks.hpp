#pragma once

#include "milepost/plan/plan.hpp"

#include <string_view>

namespace milepost {

/// The ids of the tasks that milepost adds behind a plan's own: "e2e", "e2e-2"…, "close-out".
inline constexpr std::string_view k_e2e_id = "e2e";
inline constexpr std::string_view k_close_out_id = "close-out";

/// What a run may leave out.
struct ClosingChoice {
  bool scenarios = true;
};

/// The plan with what milepost does after its last task as tasks of their own, so that they are scheduled,
/// journaled, retried and resumed like every other:
/// - a task of kind `scenario` for the end-to-end scenario of a Markdown plan (the first one), for each one
/// of a
///   YAML plan; its `verify` holds the scenario's commands;
/// - one of kind `close_out` for a GSD plan, and for a YAML plan with must-haves or a summary: its checks are
/// the
///   must-haves, its commit holds the plan's documents.
/// Each depends on all before it. An id that the plan uses itself gets a "+" behind it.
Plan with_closing_tasks(Plan plan, const ClosingChoice& choice);

/// The plan as its author wrote it.
Plan without_closing_tasks(Plan plan);

}  // namespace milepost
