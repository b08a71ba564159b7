#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/report/observer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace milepost {

struct FollowOptions {
  std::optional<TaskId> task = {};       ///< only this one
  std::optional<unsigned> attempt = {};  ///< from this one of the task on
  bool from_session = false;             ///< from the session's start, not from the task that began last
  bool agent = true;                     ///< what the agent does too
  bool raw = false;                      ///< only the agent's recorded output, as it came, on stdout
};

/// Shows a run to observers as its process does, from another process: by its journal and its recorded
/// output. Returns when the run, or the task, has ended, at once when it has ended before; when its process
/// is dead, which is told; or on SIGINT, which leaves the run alone: all with ok.
ExitCode follow_run(const App& app, const Invocation& invocation, const RunStore& store,
                    const RunSummary& run, const std::vector<RunObserver*>& observers,
                    const FollowOptions& options);

}  // namespace milepost
