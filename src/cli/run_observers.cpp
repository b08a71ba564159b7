#include "run_observers.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/report/html_report.hpp"

#include "commit_diffs.hpp"
#include "known_secrets.hpp"
#include "notify_targets.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace milepost {

namespace fs = std::filesystem;

namespace {

/// What the end of a run waits for the last notifications and the last telemetry, and no longer.
constexpr Milliseconds k_last_telemetry = std::chrono::seconds(3);
constexpr Milliseconds k_last_notifications = std::chrono::seconds(3);

/// A log without a line for this long looks like one of a run that hangs.
constexpr Milliseconds k_heartbeat = std::chrono::seconds(30);

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool on_github() {
  return variable("GITHUB_ACTIONS") == "true";
}

bool on_gitlab() {
  return variable("GITLAB_CI") == "true";
}

ConsoleOptions for_here(ConsoleOptions options) {
  options.for_ci = on_github() || on_gitlab();
  options.heartbeat = k_heartbeat;
  return options;
}

GithubOptions github_options(const App& app, const Invocation& invocation) {
  return {.stream = stderr,
          .summary_file = variable("GITHUB_STEP_SUMMARY"),
          .output_file = variable("GITHUB_OUTPUT"),
          .report_directory = report_directory(app, invocation).value_or("").string()};
}

/// What makes report.html. `plan` outlives it.
std::function<std::string(const RunState&)> page_of(const App& app, const Plan& plan,
                                                    const fs::path& run_directory) {
  return [&app, &plan, run_directory](const RunState& state) {
    // A stop is to be quick; git would be asked for every task.
    const bool stopped = app.stop().stop_requested();
    return html_report(state, {run_directory, &plan, stopped ? nullptr : commit_diffs(app)});
  };
}

}  // namespace

std::optional<fs::path> report_directory(const App& app, const Invocation& invocation) {
  const auto given = invocation.value("report-dir");
  if (!given) return std::nullopt;
  if (given->empty()) throw UsageError("--report-dir is empty", "--report-dir DIR, or leave it out");
  const fs::path directory = fs::absolute(*given).lexically_normal();
  const fs::path folder = app.code_folder().root;
  fs::path way;  // a link on it may lead in, and one in there out again
  for (const fs::path& part : directory) {
    way /= part;
    const fs::path inside = fs::weakly_canonical(way).lexically_relative(folder);
    if (inside.empty() || *inside.begin() == "..") continue;
    throw UsageError(
        "--report-dir " + one_line(*given, 300) + " is in the code folder, within the agent's reach",
        "give a directory outside of " + folder.string());
  }
  return directory;
}

RunObservers::RunObservers(App& app, const Invocation& invocation, const Plan& plan, const Config& config,
                           const ConsoleOptions& console, const fs::path& run_directory)
    : app_(app), json_stream_(stdout) {
  if (on_github()) all_.push_back(&github_.emplace(plan, github_options(app, invocation)));
  if (on_gitlab()) all_.push_back(&gitlab_.emplace(stderr));
  if (app.live_view(STDERR_FILENO) && !on_github() && !on_gitlab()) {
    const SignalWatcher& signals = app.signals;
    all_.push_back(
        &live_.emplace(STDERR_FILENO, LiveConsoleOptions{console, config.run_budget.usd,
                                                         [&signals] { return signals.times_continued(); }}));
    app.before_output = [this] { live_->step_aside(); };
  } else {
    all_.push_back(&console_.emplace(stderr, for_here(console)));
  }
  if (app.json) all_.push_back(&json_stream_);
  if (const auto directory = report_directory(app, invocation))
    all_.push_back(&report_.emplace(*directory, run_directory, page_of(app, plan, run_directory)));
  const NotifyTargets targets = notify_targets(config, notes_);
  if (targets.any()) all_.push_back(&notifier_.emplace(targets));
  TelemetrySettings telemetry = telemetry_settings([](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  });
  notes_.insert(notes_.end(), telemetry.notes.begin(), telemetry.notes.end());
  if (telemetry.any()) all_.push_back(&telemetry_.emplace(std::move(telemetry), known_secrets(config)));
}

RunObservers::~RunObservers() {
  app_.before_output = {};
}

void RunObservers::end(const App& app) {
  if (notifier_) {
    for (std::string& problem : notifier_->finish(k_last_notifications)) notes_.push_back(std::move(problem));
  }
  if (telemetry_) {
    for (std::string& problem : telemetry_->finish(k_last_telemetry)) notes_.push_back(std::move(problem));
  }
  for (const std::string& note : notes_) app.say("note: " + note);
  notes_.clear();
}

void report_finished_run(const App& app, const Invocation& invocation, const Plan& plan,
                         const RunState& state, const fs::path& run_directory) {
  if (!state.ended) return;
  if (const auto directory = report_directory(app, invocation))
    ReportDirectory(*directory, run_directory, page_of(app, plan, run_directory))
        .on_run_event({state.updated_at, *state.ended}, state);
}

void report_early_end(const App& app, const Invocation& invocation, const Plan& plan, ExitCode code,
                      const std::string& detail) {
  try {
    RunState state;
    const std::string now = utc_now();
    RunStarted started;
    started.plan_path = fs::weakly_canonical(plan.path).string();
    started.plan_sha256 = plan.sha256;
    started.plan_id = plan.id;
    started.plan_title = plan.title;
    for (const Task& task : plan.tasks) started.tasks.push_back({task.id, task.title, task.content_hash});
    const auto tell = [&](const RunRecord& record, std::vector<RunObserver*> observers) {
      const RunEvent event{now, record};
      apply(state, event);
      for (RunObserver* observer : observers) observer->on_run_event(event, state);
    };
    std::optional<ReportDirectory> report;
    std::optional<GithubActions> github;
    std::vector<RunObserver*> observers;
    if (on_github()) observers.push_back(&github.emplace(plan, github_options(app, invocation)));
    if (const auto directory = report_directory(app, invocation))
      observers.push_back(&report.emplace(*directory, fs::path(), [&plan](const RunState& reached) {
        return html_report(reached, {{}, &plan});
      }));
    tell(started, observers);
    tell(RunEnded{code, detail}, observers);
  } catch (const std::exception& problem) {
    log::warning(std::string("no report of the early end: ") + problem.what());
  }
}

}  // namespace milepost
