#pragma once

#include "milepost/cli/invocation.hpp"
#include "milepost/state/run_store.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace milepost {

/// The runs of a plan, newest first: those of the whole plan and those of one task of it. A run that cannot
/// be read throws UsageError when it is newer than every other: it may be the one that is meant.
std::vector<RunSummary> runs_of_plan(const RunStore& store, const std::filesystem::path& plan);

/// Some task of the run is not completed.
bool unfinished(const RunState& state);

/// The run that `resume` goes on with: with an answer, the newest unfinished one that has an open question;
/// otherwise the newest run of the whole plan when it is unfinished, so that a `milepost task` in between
/// does not hide it; otherwise the newest unfinished run of a task since; otherwise one that
/// is finished. Null when there is none.
const RunSummary* run_to_resume(const std::vector<RunSummary>& runs, bool with_answer);

/// The newest run of the whole plan, unfinished or not; null when there is none.
const RunSummary* newest_whole_run(const std::vector<RunSummary>& runs);

/// The run that a command looks at: the one named by `--run`, or the newest that `has` what is looked for, or
/// the newest. Throws UsageError when the plan has no run, or not that one.
RunSummary run_to_look_at(const RunStore& store, const Invocation& invocation,
                          const std::function<bool(const RunState&)>& has);

}  // namespace milepost
