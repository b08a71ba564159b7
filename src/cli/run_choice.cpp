#include "run_choice.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "plan_file.hpp"

#include <algorithm>

namespace milepost {

namespace fs = std::filesystem;

namespace {

bool has_open_question(const RunState& state) {
  return state.count(Outcome::needs_human) > 0;
}

}  // namespace

std::vector<RunSummary> runs_of_plan(const RunStore& store, const fs::path& plan) {
  const auto latest = store.latest(plan);
  if (!latest) return {};
  if (!latest->state) {
    throw UsageError("the newest run of " + plan.string() + " cannot be read: " + latest->problem,
                     "mend its journal, or move " + latest->directory.string() + " away");
  }
  std::vector<RunSummary> found;
  for (RunSummary& run : store.runs()) {
    if (run.state && run.state->started.plan_path == latest->state->started.plan_path)
      found.push_back(std::move(run));
  }
  return found;
}

bool unfinished(const RunState& state) {
  return state.count(Outcome::completed) < state.tasks.size();
}

const RunSummary* newest_whole_run(const std::vector<RunSummary>& runs) {
  const auto found = std::find_if(runs.begin(), runs.end(),
                                  [](const RunSummary& run) { return run.state->started.only.empty(); });
  return found == runs.end() ? nullptr : &*found;
}

const RunSummary* run_to_resume(const std::vector<RunSummary>& runs, bool with_answer) {
  if (runs.empty()) return nullptr;
  if (with_answer) {
    for (const RunSummary& run : runs) {
      if (unfinished(*run.state) && has_open_question(*run.state)) return &run;
    }
  }
  const RunSummary* whole = newest_whole_run(runs);
  if (whole && unfinished(*whole->state)) return whole;
  for (const RunSummary& run : runs) {
    if (&run == whole) break;
    if (unfinished(*run.state)) return &run;
  }
  return whole ? whole : &runs.front();
}

RunSummary run_to_look_at(const RunStore& store, const Invocation& invocation,
                          const std::function<bool(const RunState&)>& has) {
  const std::string& plan = invocation.arguments.front();
  const auto wanted = invocation.value("run");
  // A run that is named is looked for among all, so that a damaged newer one is not in its way.
  const std::vector<RunSummary> runs = wanted ? store.runs() : runs_of_plan(store, plan);
  if (wanted) {
    for (const RunSummary& run : runs) {
      if (run.id.value != *wanted) continue;
      if (!run.state) throw UsageError("run " + *wanted + " cannot be read: " + run.problem);
      return run;
    }
    throw UsageError("there is no run '" + one_line(*wanted, 60) + "' in this repository",
                     "milepost history lists the runs");
  }
  require_plan_or_runs(plan, !runs.empty());
  if (runs.empty()) throw UsageError("no run of " + plan + " yet", "milepost run " + shell_quote(plan));
  for (const RunSummary& run : runs) {
    if (has(*run.state)) return run;
  }
  return runs.front();
}

}  // namespace milepost
