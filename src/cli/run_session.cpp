#include "run_session.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/plan/closing_tasks.hpp"
#include "milepost/plan/runnable.hpp"
#include "milepost/report/report_json.hpp"
#include "milepost/run/container_setup.hpp"
#include "milepost/run/egress.hpp"
#include "milepost/run/orchestrator.hpp"
#include "milepost/run/plan_documents.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include "explain_container.hpp"
#include "opened_run.hpp"
#include "plan_change.hpp"
#include "plan_file.hpp"
#include "pull_request.hpp"
#include "run_choice.hpp"
#include "run_observers.hpp"
#include "session_container.hpp"
#include "session_record.hpp"
#include "terminal_question.hpp"

#include <unistd.h>

namespace milepost {

namespace {

/// What is known of a session whatever way it ends.
struct SessionCourse {
  bool begun = false;  ///< the run's journal is open: from then on the observers report how it ends
  std::optional<RunId> to_publish = {};  ///< a pull request is wanted for this run
};

/// A session whose command line and environment are found to be good; nothing is written or started yet.
struct CheckedSession {
  Plan plan;
  std::optional<RunSummary> resumed;  ///< the run that goes on
  bool pull_request;
  ValidatedEnvironment valid;
  RunRules rules;
};

void require_task(const Plan& plan, const TaskId& wanted) {
  // What the configuration turns off is taken out later; until then every id that may be asked for is known.
  if (with_closing_tasks(plan, {}).find(wanted)) return;
  std::vector<std::string> ids;
  for (const Task& task : plan.tasks) ids.push_back(task.id.value);
  const auto near = nearest(wanted.value, ids);
  throw UsageError(
      plan.path + " has no task '" + wanted.value + "'" + (near ? "; did you mean '" + *near + "'?" : ""),
      "milepost plan " + shell_quote(plan.path) + " lists the tasks");
}

CheckedSession check(App& app, const Invocation& invocation, const RunRequest& request, Plan plan) {
  if (request.only) require_task(plan, *request.only);
  // A resumed run keeps what its first command line set: its harness, its checks, its limits.
  std::optional<RunSummary> resumed;
  if (request.resume) resumed = resumable_run(app.store(app.code_folder()), plan, request.answer.has_value());
  if (resumed && request.answer) check_answer(*resumed->state, *request.answer);
  const RunStarted earlier = resumed ? resumed->state->started : RunStarted();
  const bool explains = invocation.has("explain");
  const bool pull_request = (invocation.has("pr") || earlier.pull_request) && !explains;
  ValidatedEnvironment valid = validate(
      app, invocation,
      {.kept = earlier.options, .commits = !explains, .pull_request = pull_request, .started = earlier});
  plan = with_closing_tasks(std::move(plan), {.scenarios = valid.config().run_scenarios || request.only});
  RunRules rules = rules_of(app, valid.config(), plan);
  if (const auto unlisted = unlisted_harnesses(plan, rules.harnesses); !unlisted.empty())
    throw UsageError(plan.path + ": " + join(unlisted, "; ") + "; the setting `harness` lists " +
                         join(rules.harnesses, ", "),
                     "list it too: --harness " + join(rules.harnesses, ",") + ",NAME");
  return {std::move(plan), std::move(resumed), pull_request, std::move(valid), std::move(rules)};
}

void explain(const App& app, const ValidatedEnvironment& valid, const RunStore& store) {
  const auto volume = valid.may_mount_volume() ? volume_name(valid.environment.lock) : std::nullopt;
  const std::string name = new_run_id().value;
  const Egress egress(
      {valid.engine(), valid.config(), valid.profiles(), valid.installation.container_programs, name},
      nullptr);
  explain_container(app, valid.engine(),
                    container_spec({valid.config(), valid.folder(), valid.environment.lock, volume,
                                    valid.installation.container_programs, store.project_directory(), name,
                                    egress.planned_route(),
                                    cover_agent_config(valid, store, /*with_options=*/true).mounts}));
}

/// Killed behind its last task, a run still lacks its end in journal and report.
bool is_finished(const OpenedRun& run) {
  return run.resumed && !unfinished(run.state) && run.state.ended;
}

void tell_finished(const App& app, const Invocation& invocation, const Plan& plan, const OpenedRun& run) {
  app.say("run " + run.id.value + " is finished already: nothing to resume");
  report_finished_run(app, invocation, plan, run.state, run.files.directory);
  if (app.json)
    JsonStream(stdout).on_run_event({utc_now(), RunEnded{ExitCode::ok, "nothing to resume"}}, run.state);
}

ExitCode session(App& app, const Invocation& invocation, const RunRequest& request, Plan read,
                 SessionCourse& course) {
  CheckedSession checked = check(app, invocation, request, std::move(read));
  const Plan& plan = checked.plan;
  ValidatedEnvironment& valid = checked.valid;
  const RunStore store = app.store(valid.folder());
  if (invocation.has("explain")) {
    explain(app, valid, store);
    return ExitCode::ok;
  }

  make_private_directories(store.project_directory());
  log::to_file(app.directories.state / "milepost.log", app.verbose ? log::Level::debug : log::Level::info);
  const RunId id = checked.resumed ? checked.resumed->id : store.next_id();
  const std::string holder = "pid " + std::to_string(::getpid()) + ", run " + id.value;
  const LockFile lock = store.lock(plan.path, holder);
  const LockFile folder_lock = store.lock_folder(holder + " of " + plan.path);
  if (checked.pull_request) course.to_publish = id;
  const OpenedRun run = checked.resumed
                            ? open_again(store, plan, request.answer.has_value(), id)
                            : open_new(store, plan, id, invocation.has("fresh") || request.only.has_value());
  if (run.resumed) check_plan_change(app, plan, run.state, invocation.has("accept-plan-change"));
  if (is_finished(run)) {
    tell_finished(app, invocation, plan, run);
    return ExitCode::ok;
  }
  const auto handoff = handoff_path(plan, valid.config(), valid.folder().root);
  RunObservers observers(app, invocation, plan, valid.config(),
                         {.colour = app.colour,
                          .quiet = app.quiet,
                          .verbose = app.verbose,
                          .plan_argument = plan.path,
                          .runs_directory = store.runs_directory().string(),
                          .handoff = handoff ? handoff->string() : "",
                          .summary = summary_path(plan, valid.folder().root).value_or("").string()},
                         run.files.directory);
  const auto progress = [&](std::string_view line) {
    for (RunObserver* observer : observers.all()) observer->on_progress(line);
  };

  const auto volume = ensure_harness_volume(app, valid, progress);
  ShadowGit git = valid.environment.git ? std::move(*valid.environment.git)
                                        : ShadowGit(valid.folder(), store.shadow_git(), {.stop = app.stop()});

  make_private_directories(run.files.directory);
  write_file_atomically(run.files.plan_copy(), read_file(plan.path));
  Journal journal = run.resumed ? Journal::open(run.files.journal()) : Journal::create(run.files.journal());
  const WorkPlan work{plan, checks_of(valid.loaded), request.guidance, checked.rules};
  Orchestrator orchestrator(work, run.state, journal, observers.all());
  course.begun = true;
  orchestrator.record(opening_record(
      run, plan, valid, git, {request.only, volume, kept_settings(invocation), checked.pull_request}));
  const SessionEnd end =
      run_in_container({app, valid, store, run, work, orchestrator, git, volume, request.answer});
  orchestrator.record(RunEnded{end.code, end.detail});
  observers.end(app);
  return end.code;
}

}  // namespace

ExitCode run_session(App& app, const Invocation& invocation, const RunRequest& request) {
  const Plan plan = read_plan(app, invocation.arguments.front());
  static_cast<void>(report_directory(app, invocation));
  SessionCourse course;
  ExitCode code = ExitCode::ok;
  try {
    code = session(app, invocation, request, plan, course);
  } catch (const LockedError&) {
    throw;  // the report may be the other run's
  } catch (const Error& error) {
    const int signal = app.signals.signal();
    if (!course.begun)
      report_early_end(app, invocation, plan, signal ? exit_code_of_signal(signal) : error.exit_code(),
                       error.what());
    throw;
  }
  if (code != ExitCode::ok || !course.to_publish) return code;
  for (const RunSummary& run : runs_of_plan(app.store(app.code_folder()), plan.path)) {
    if (run.id.value == course.to_publish->value) return publish_run(app, invocation, run);
  }
  throw InternalError("run " + course.to_publish->value + " is not among those of " + plan.path);
}

}  // namespace milepost
