#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/plan/parse.hpp"
#include "milepost/report/figures.hpp"
#include "milepost/report/html_report.hpp"
#include "milepost/report/report_json.hpp"
#include "milepost/report/summary_markdown.hpp"

#include "commands.hpp"
#include "commit_diffs.hpp"
#include "compare_runs.hpp"
#include "plan_file.hpp"
#include "run_choice.hpp"
#include "run_listing.hpp"

namespace milepost {

namespace {

RunSummary readable(RunSummary run) {
  if (!run.state) throw UsageError("run " + run.id.value + " cannot be read: " + run.problem);
  return run;
}

/// The run with this id, or the newest one of this plan.
RunSummary chosen_run(const RunStore& store, const std::string& name) {
  for (RunSummary& run : store.runs()) {
    if (run.id.value == name) return readable(std::move(run));
  }
  std::vector<RunSummary> runs = runs_of_plan(store, name);
  require_plan_or_runs(name, !runs.empty());
  if (runs.empty()) throw UsageError("no run of " + name + " yet", "milepost run " + shell_quote(name));
  return readable(std::move(runs.front()));
}

RunSummary newest_run(const RunStore& store) {
  std::vector<RunSummary> runs = store.runs();
  if (runs.empty()) throw UsageError("no runs yet", "milepost run PLAN");
  return readable(std::move(runs.front()));
}

/// The plan as the run saw it; nothing when it cannot be read any more.
std::optional<Plan> plan_of(const RunStore& store, const RunSummary& run) {
  try {
    return parse_plan(read_file(store.files(run.id).plan_copy()), run.state->started.plan_path);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string checks_text(const TaskState& task) {
  std::size_t passed = 0, all = 0;
  for (const AttemptState& attempt : task.attempts) {
    if (!attempt.verified) continue;
    passed = all = 0;  // those of the last attempt count
    for (const Evidence& check : attempt.evidence) {
      ++all;
      if (check.verdict == Verdict::passed) ++passed;
    }
  }
  return all == 0 ? "" : ", " + std::to_string(passed) + " of " + counted(all, "check") + " passed";
}

std::string text_of(const RunSummary& run) {
  std::string text = run_line(run) + "\n";
  for (const TaskState& task : run.state->tasks) {
    text += "\n" + one_line(task.planned.id.value, 60) + "  " + one_line(task.planned.title, 80) + "\n  " +
            std::string(to_string(task.outcome));
    if (!task.attempts.empty())
      text += ", " + counted(task.attempts.size(), "attempt") + ", " + human_duration(task.time_spent()) +
              ", " + cost_text(task.usage()) + checks_text(task);
    if (!task.commit.empty()) text += ", commit " + one_line(task.commit, 12);
    if (!task.detail.empty() && task.outcome != Outcome::completed)
      text += "\n  " + one_line(task.detail, 300);
    if (!task.summary().empty()) text += "\n  " + one_line(task.summary(), 300);
    text += "\n";
  }
  for (const std::string& warning : run.state->warnings) text += "\n! " + one_line(warning, 300) + "\n";
  return text;
}

}  // namespace

ExitCode report_command(App& app, const Invocation& invocation) {
  const RunStore store = app.store(app.code_folder());
  if (invocation.has("compare")) {
    if (invocation.arguments.size() != 2)
      throw UsageError("--compare needs two runs", "milepost report RUN OTHER --compare");
    const RunSummary before = chosen_run(store, invocation.arguments[0]);
    const RunSummary after = chosen_run(store, invocation.arguments[1]);
    app.print(app.json ? comparison_json(*before.state, *after.state)
                       : comparison_text(*before.state, *after.state));
    return ExitCode::ok;
  }
  if (invocation.arguments.size() > 1)
    throw UsageError("one run or plan at a time", "with --compare, two runs stand side by side");
  const RunSummary run =
      invocation.arguments.empty() ? newest_run(store) : chosen_run(store, invocation.arguments.front());
  if (const auto file = invocation.value("html")) {
    if (file->empty()) throw UsageError("--html is empty", "--html FILE");
    const std::optional<Plan> plan = plan_of(store, run);
    write_file_atomically(
        *file, html_report(*run.state, {run.directory, plan ? &*plan : nullptr, commit_diffs(app)}));
    app.say("wrote " + *file);
    return ExitCode::ok;
  }
  if (app.json)
    app.print(report_json(*run.state));
  else if (invocation.has("markdown"))
    app.print(summary_markdown(*run.state));
  else
    app.print(text_of(run));
  return ExitCode::ok;
}

}  // namespace milepost
