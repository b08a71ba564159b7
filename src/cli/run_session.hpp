#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/plan/plan.hpp"

#include "validation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// What run, task and resume have in common once the plan is read.
struct RunRequest {
  std::optional<TaskId> only;         ///< a single task
  bool resume = false;                ///< go on with the plan's newest run
  std::optional<std::string> answer;  ///< to its open question
  std::string guidance;
};

/// Validates, locks, opens the journal, starts the container, runs the tasks and removes the container. Every
/// way out is journaled. Afterwards opens a pull request when all passed and one is wanted (--pr).
ExitCode run_session(App& app, const Invocation& invocation, const RunRequest& request);

}  // namespace milepost
