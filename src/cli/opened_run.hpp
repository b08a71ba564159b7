#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/state/run_store.hpp"

namespace milepost {

/// Which run this session works on, and from where.
struct OpenedRun {
  RunId id;
  RunFiles files;
  RunState state;  ///< empty for a new run
  bool resumed = false;
};

/// A new run. Throws UsageError when an unfinished one of the plan is worth going on with, unless it is to
/// begin afresh.
OpenedRun open_new(const RunStore& store, const Plan& plan, const RunId& id, bool fresh);

/// The run that a resume goes on with. Throws UsageError when there is none.
RunSummary resumable_run(const RunStore& store, const Plan& plan, bool with_answer);

/// The same, read under the run lock: nobody else writes the journal now. Throws LockedError when it is
/// another one by then.
OpenedRun open_again(const RunStore& store, const Plan& plan, bool with_answer, const RunId& id);

}  // namespace milepost
