#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/report/live_console.hpp"
#include "milepost/report/report_json.hpp"

#include "commands.hpp"
#include "follow_run.hpp"
#include "phase_status.hpp"
#include "plan_file.hpp"
#include "run_choice.hpp"
#include "run_listing.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace milepost {

namespace {

std::string task_line(const TaskState& task) {
  std::string line = "  " + task.planned.id.value + "  " + std::string(to_string(task.outcome)) + "  " +
                     one_line(task.planned.title, 80);
  if (!task.commit.empty()) line += "  " + task.commit.substr(0, 10);
  if (task.outcome != Outcome::completed && !task.detail.empty())
    line += "\n        " + one_line(task.detail, 300);
  if (task.question && task.outcome == Outcome::needs_human) {
    for (std::size_t i = 0; i < task.question->options.size(); ++i) {
      line += "\n        " + std::to_string(i + 1) + ". " + one_line(task.question->options[i], 200);
    }
    if (!task.question->recommendation.empty())
      line += "\n        recommended: " + one_line(task.question->recommendation, 200);
  }
  return line + "\n";
}

std::string run_text(const RunSummary& run) {
  std::string text = run_line(run) + "\n";
  if (!run.state) return text;
  for (const TaskState& task : run.state->tasks) text += task_line(task);
  text += "  files: " + run.directory.string() + "\n";
  if (!run.live && unfinished(*run.state)) {
    text += "  next: milepost resume " + shell_quote(run.state->started.plan_path) +
            (run.state->count(Outcome::needs_human) > 0 ? " --answer 'TEXT'" : "") + "\n";
  }
  return text;
}

/// The first of these runs, and the newest of the whole plan when the first is one of a single task.
std::vector<RunSummary> newest_with_whole(const std::vector<RunSummary>& runs) {
  std::vector<RunSummary> shown;
  if (runs.empty()) return shown;
  shown.push_back(runs.front());
  const RunSummary* whole = newest_whole_run(runs);
  if (whole && whole->id != runs.front().id) shown.push_back(*whole);
  return shown;
}

std::vector<RunSummary> newest_of(const RunStore& store, const std::string& plan) {
  const auto latest = store.latest(plan);
  if (latest && !latest->state) return {*latest};
  return newest_with_whole(runs_of_plan(store, plan));
}

std::vector<RunSummary> newest_of_each_plan(const RunStore& store) {
  std::vector<std::pair<std::string, std::vector<RunSummary>>> plans;
  for (RunSummary& run : store.runs()) {
    // A run that cannot be read stands for itself.
    const std::string plan = run.state ? run.state->started.plan_path : run.id.value;
    const auto known =
        std::find_if(plans.begin(), plans.end(), [&](const auto& entry) { return entry.first == plan; });
    if (known == plans.end())
      plans.push_back({plan, {std::move(run)}});
    else
      known->second.push_back(std::move(run));
  }
  std::vector<RunSummary> shown;
  for (auto& [plan, runs] : plans) {
    if (!runs.front().state) {
      shown.push_back(std::move(runs.front()));
      continue;
    }
    for (RunSummary& run : newest_with_whole(runs)) shown.push_back(std::move(run));
  }
  return shown;
}

/// The run that is live, else the newest, of the plan or of the repository.
RunSummary run_to_watch(const RunStore& store, const Invocation& invocation) {
  const bool named = !invocation.arguments.empty();
  if (named && is_phase(invocation.arguments.front()))
    throw UsageError(
        "--watch shows one run, and " + invocation.arguments.front() + " is a directory of plans",
        "milepost status --watch, which shows the live one");
  std::vector<RunSummary> runs = named ? runs_of_plan(store, invocation.arguments.front()) : store.runs();
  std::erase_if(runs, [](const RunSummary& run) { return !run.state; });
  if (named) require_plan_or_runs(invocation.arguments.front(), !runs.empty());
  for (RunSummary& run : runs) {
    if (run.live) return std::move(run);
  }
  if (runs.empty()) throw UsageError("there is no run to watch yet", "milepost run PLAN");
  return std::move(runs.front());
}

ExitCode watch_run(App& app, const Invocation& invocation) {
  const RunStore store = app.store(app.code_folder());
  const RunSummary run = run_to_watch(store, invocation);
  const ConsoleOptions console{.colour = app.colour && ::isatty(STDOUT_FILENO),
                               .quiet = app.quiet,
                               .verbose = app.verbose,
                               .plan_argument = run.state->started.plan_path,
                               .runs_directory = store.runs_directory().string()};
  if (app.live_view(STDOUT_FILENO)) {
    const Config config = app.load_config(invocation, run.state->started.options).config;
    const SignalWatcher& signals = app.signals;
    LiveConsole view(STDOUT_FILENO,
                     {console, config.run_budget.usd, [&signals] { return signals.times_continued(); }});
    app.before_output = [&view] { view.step_aside(); };
    const ExitCode code = follow_run(app, invocation, store, run, {&view}, {.from_session = true});
    app.before_output = {};
    return code;
  }
  Console lines(stdout, console);
  JsonStream json(stdout);
  return follow_run(app, invocation, store, run, {app.json ? static_cast<RunObserver*>(&json) : &lines},
                    {.from_session = true, .agent = false});
}

}  // namespace

ExitCode status_command(App& app, const Invocation& invocation) {
  if (invocation.has("watch")) return watch_run(app, invocation);
  if (!invocation.arguments.empty() && is_phase(invocation.arguments.front()))
    return phase_status(app, invocation);
  const RunStore store = app.store(app.code_folder());
  const std::vector<RunSummary> shown = invocation.arguments.empty()
                                            ? newest_of_each_plan(store)
                                            : newest_of(store, invocation.arguments.front());
  if (!invocation.arguments.empty()) require_plan_or_runs(invocation.arguments.front(), !shown.empty());
  if (shown.empty()) {
    app.say(invocation.arguments.empty() ? "no runs in this repository yet"
                                         : "no run of " + invocation.arguments.front() + " yet");
    if (app.json) app.print("{\"runs\": []}");
    return ExitCode::ok;
  }
  if (app.json) {
    nlohmann::ordered_json runs = nlohmann::ordered_json::array();
    for (const RunSummary& run : shown) {
      if (!run.state)
        runs.push_back({{"run", run.id.value}, {"problem", run.problem}});
      else {
        auto report = nlohmann::ordered_json::parse(report_json(*run.state));
        report["live"] = run.live;
        runs.push_back(std::move(report));
      }
    }
    app.print(to_json_text(nlohmann::ordered_json{{"runs", runs}}, JsonForm::document));
    return ExitCode::ok;
  }
  std::string text;
  for (const RunSummary& run : shown) text += run_text(run);
  app.print(text);
  return ExitCode::ok;
}

}  // namespace milepost
