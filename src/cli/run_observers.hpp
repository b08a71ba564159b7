#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/config/config.hpp"
#include "milepost/notify/notifier.hpp"
#include "milepost/plan/plan.hpp"
#include "milepost/report/console.hpp"
#include "milepost/report/github.hpp"
#include "milepost/report/gitlab.hpp"
#include "milepost/report/live_console.hpp"
#include "milepost/report/report_directory.hpp"
#include "milepost/report/report_json.hpp"
#include "milepost/telemetry/telemetry.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// Whoever sees a run of this command line: the console, `--json`, `--report-dir`, the CI system it runs
/// in, the people that the notify settings name, and the collector that OpenTelemetry's variables name.
class RunObservers {
 public:
  /// `plan` outlives it. Throws UsageError for a report directory that cannot be made or that the agent
  /// could reach.
  RunObservers(App& app, const Invocation& invocation, const Plan& plan, const Config& config,
               const ConsoleOptions& console, const std::filesystem::path& run_directory);
  ~RunObservers();
  RunObservers(const RunObservers&) = delete;
  RunObservers& operator=(const RunObservers&) = delete;

  /// In the order in which they are to be told.
  const std::vector<RunObserver*>& all() const { return all_; }
  /// Waits a moment for the last notifications and telemetry, and says what could not be delivered.
  void end(const App& app);

 private:
  App& app_;
  std::optional<Console> console_;  ///< one of the two
  std::optional<LiveConsole> live_;
  JsonStream json_stream_;
  std::optional<ReportDirectory> report_;
  std::optional<GithubActions> github_;
  std::optional<GitlabSections> gitlab_;
  std::optional<Notifier> notifier_;
  std::optional<Telemetry> telemetry_;
  std::vector<std::string> notes_;
  std::vector<RunObserver*> all_;
};

/// The directory of `--report-dir`. Throws UsageError for one in the code folder: there the agent could put a
/// link in its place, or a commit could take it in.
std::optional<std::filesystem::path> report_directory(const App& app, const Invocation& invocation);

/// The report of a run that a resume found finished: milepost may have been killed before it was written.
void report_finished_run(const App& app, const Invocation& invocation, const Plan& plan,
                         const RunState& state, const std::filesystem::path& run_directory);

/// A run that ended before its journal began leaves its report and outputs all the same, so that a pipeline
/// finds what it looks for. Problems of its own are ignored: the error that is on its way counts.
void report_early_end(const App& app, const Invocation& invocation, const Plan& plan, ExitCode code,
                      const std::string& detail);

}  // namespace milepost
