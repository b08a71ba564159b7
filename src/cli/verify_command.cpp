#include "milepost/base/error.hpp"
#include "milepost/base/login_name.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/report/ledger.hpp"
#include "milepost/state/journal.hpp"
#include "milepost/verify/must_haves.hpp"

#include "commands.hpp"
#include "plan_file.hpp"
#include "run_choice.hpp"

#include <algorithm>

namespace milepost {

namespace {

/// The run that a plan's overrides belong to: the newest of the whole plan, else the newest.
const RunSummary* run_of(const std::vector<RunSummary>& runs) {
  if (const RunSummary* whole = newest_whole_run(runs)) return whole;
  return runs.empty() ? nullptr : &runs.front();
}

const Evidence& check_named(const std::vector<Evidence>& checks, const std::string& id, const Plan& plan) {
  const auto found =
      std::find_if(checks.begin(), checks.end(), [&](const Evidence& check) { return check.id == id; });
  if (found != checks.end()) return *found;
  std::vector<std::string> ids;
  for (const Evidence& check : checks) ids.push_back(check.id);
  const auto near = nearest(id, ids);
  throw UsageError(plan.path + " has no check '" + one_line(id, 120) + "'" +
                       (near ? "; did you mean '" + *near + "'?" : ""),
                   "milepost verify -v " + shell_quote(plan.path) + " lists the checks with their ids");
}

/// Records the override in the run's journal, which nobody else writes meanwhile.
void record_override(const RunStore& store, const Plan& plan, const CheckOverridden& given) {
  const LockFile lock =
      store.lock(plan.path, "pid " + std::to_string(::getpid()) + ", override, since " + utc_now());
  const std::vector<RunSummary> runs = runs_of_plan(store, plan.path);
  const RunSummary* run = run_of(runs);
  if (!run) {
    throw UsageError("there is no run of " + plan.path + " to record an override in",
                     "milepost run " + shell_quote(plan.path));
  }
  Journal::open(store.files(run->id).journal()).append({utc_now(), given}, needs_sync(given));
}

}  // namespace

ExitCode verify_command(App& app, const Invocation& invocation) {
  const auto id = invocation.value("override");
  const auto reason = invocation.value("reason");
  if (id.has_value() != reason.has_value())
    throw UsageError(id ? "--override needs --reason" : "--reason belongs to --override",
                     "milepost verify PLAN --override ID --reason 'why it is met'");
  if (reason && trim(*reason).empty()) throw UsageError("--reason is empty", "say why the check is met");
  const Plan plan = open_plan(invocation.arguments.front());
  if (has_errors(plan.diagnostics))
    throw UsageError(plan.path + " has errors", "milepost plan " + shell_quote(plan.path) + " lists them");
  if (plan.must_haves.empty())
    throw UsageError(plan.path + " has no must_haves: there is nothing to check",
                     "GSD and YAML plans have them (docs/plan-format.md)");
  const CodeFolder folder = app.code_folder();
  const RunStore store = app.store(folder);
  const std::vector<Evidence> checks = check_must_haves(plan.must_haves, folder.root);
  if (id) {
    const Evidence& check = check_named(checks, *id, plan);
    if (check.verdict == Verdict::passed)
      throw UsageError("the check " + *id + " passes: there is nothing to override");
    record_override(store, plan, {check.id, std::string(trim(*reason)), login_name()});
  }
  const std::vector<RunSummary> runs = runs_of_plan(store, plan.path);
  const RunSummary* run = run_of(runs);
  const std::vector<Evidence> ledger =
      apply_overrides(checks, run ? run->state->overrides : std::vector<Override>());
  app.print(app.json ? ledger_json(plan, ledger) : ledger_text(ledger, app.verbose));
  const Verdict verdict = overall(ledger);
  return verdict == Verdict::failed || verdict == Verdict::infra_error ? ExitCode::failed : ExitCode::ok;
}

}  // namespace milepost
