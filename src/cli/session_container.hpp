#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/run/orchestrator.hpp"
#include "milepost/state/run_store.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include "opened_run.hpp"
#include "session_end.hpp"
#include "validation.hpp"

#include <optional>
#include <string>

namespace milepost {

/// What a session works with once its journal is open. All of it outlives the session's container.
struct SessionParts {
  App& app;
  const ValidatedEnvironment& valid;
  const RunStore& store;
  const OpenedRun& run;
  const WorkPlan& work;
  Orchestrator& orchestrator;
  ShadowGit& git;
  const std::optional<std::string>& volume;  ///< the harness volume
  const std::optional<std::string>& answer;  ///< to the run's open question
};

/// Starts the container, runs the tasks in it and removes it, whatever happens, with what belongs to it. What
/// goes wrong is in the end that it returns; only a journal that cannot be written throws.
SessionEnd run_in_container(const SessionParts& parts);

}  // namespace milepost
