#include "opened_run.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/run/next_step.hpp"

#include "run_choice.hpp"

#include <algorithm>

namespace milepost {

namespace {

[[noreturn]] void refuse_second_run(const Plan& plan, const RunSummary& earlier) {
  throw UsageError("run " + earlier.id.value + " of this plan is unfinished (" +
                       std::to_string(earlier.state->count(Outcome::completed)) + " of " +
                       std::to_string(earlier.state->tasks.size()) + " tasks done)",
                   "milepost resume " + shell_quote(plan.path) + " goes on with it; milepost run --fresh " +
                       shell_quote(plan.path) + " starts anew");
}

bool worked(const TaskState& task) {
  return std::ranges::any_of(task.attempts, [](const AttemptState& attempt) {
    return attempt.reason != AttemptReason::check && !(attempt.ended && attempt.end.result == k_not_started);
  });
}

}  // namespace

OpenedRun open_new(const RunStore& store, const Plan& plan, const RunId& id, bool fresh) {
  const std::vector<RunSummary> runs = fresh ? std::vector<RunSummary>() : runs_of_plan(store, plan.path);
  if (const RunSummary* earlier = newest_whole_run(runs)) {
    const RunState& state = *earlier->state;
    // What an agent left in the code folder would be taken for the user's own in a new run.
    const bool worth_keeping = std::ranges::any_of(state.tasks, [](const TaskState& task) {
      return task.outcome == Outcome::completed || task.outcome == Outcome::needs_human || worked(task);
    });
    if (unfinished(state) && worth_keeping) refuse_second_run(plan, *earlier);
  }
  return {id, store.files(id), {}, /*resumed=*/false};
}

RunSummary resumable_run(const RunStore& store, const Plan& plan, bool with_answer) {
  const std::vector<RunSummary> runs = runs_of_plan(store, plan.path);
  const RunSummary* chosen = run_to_resume(runs, with_answer);
  if (!chosen) {
    throw UsageError("there is no run of " + plan.path + " to resume",
                     "milepost run " + shell_quote(plan.path));
  }
  return *chosen;
}

OpenedRun open_again(const RunStore& store, const Plan& plan, bool with_answer, const RunId& id) {
  RunSummary run = resumable_run(store, plan, with_answer);
  if (run.id != id)
    throw LockedError("another run of " + plan.path + " began or ended just now",
                      "milepost status " + shell_quote(plan.path));
  return {id, store.files(id), std::move(*run.state), /*resumed=*/true};
}

}  // namespace milepost
