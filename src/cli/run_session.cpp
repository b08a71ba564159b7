#include "run_session.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/base/version.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/container/sweep.hpp"
#include "milepost/plan/closing_tasks.hpp"
#include "milepost/plan/runnable.hpp"
#include "milepost/report/report_json.hpp"
#include "milepost/run/checkpoint.hpp"
#include "milepost/run/container_setup.hpp"
#include "milepost/run/container_task_runner.hpp"
#include "milepost/run/egress.hpp"
#include "milepost/run/mounted_folder.hpp"
#include "milepost/run/orchestrator.hpp"
#include "milepost/telemetry/trace_parent.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include "opened_run.hpp"
#include "plan_change.hpp"
#include "plan_file.hpp"
#include "pull_request.hpp"
#include "run_choice.hpp"
#include "run_observers.hpp"
#include "terminal_question.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <future>

namespace milepost {

namespace fs = std::filesystem;

namespace {

std::string kind_of(const Task& task) {
  const std::string kind(to_string(task.kind));
  const std::optional<Checkpoint> checkpoint = checkpoint_of(task);
  return checkpoint ? kind + ":" + std::string(to_string(checkpoint->kind)) : kind;
}

std::vector<PlannedTask> planned_tasks(const Plan& plan, const std::optional<TaskId>& only) {
  std::vector<PlannedTask> tasks;
  for (const Task& task : plan.tasks) {
    if (!only || task.id == *only) tasks.push_back({task.id, task.title, task.content_hash, kind_of(task)});
  }
  return tasks;
}

/// What whoever started milepost says of its own trace; "" for nothing that names a span.
std::string trace_parent() {
  const char* value = std::getenv("TRACEPARENT");
  return value && trace_parent_of(value) ? value : "";
}

std::vector<KnownRemote> remotes_of(const ShadowGit& git) {
  std::vector<KnownRemote> remotes;
  for (const auto& [name, url] : git.remotes()) remotes.push_back({name, url});
  return remotes;
}

/// The journal's first record of this session.
RunRecord opening_record(const OpenedRun& run, const Plan& plan, const RunRequest& request,
                         const ValidatedEnvironment& valid, const ShadowGit& git,
                         const std::optional<std::string>& volume, std::vector<std::string> settings,
                         bool pull_request) {
  if (run.resumed) {
    std::vector<PlannedTask> tasks;
    const std::string& only = run.state.started.only;
    tasks = planned_tasks(plan, only.empty() ? std::nullopt : std::optional(TaskId(only)));
    return RunResumed{plan.sha256, std::move(tasks), {}};
  }
  const Config& config = valid.config();
  return RunStarted{.run = run.id,
                    .plan_path = fs::weakly_canonical(plan.path).string(),
                    .plan_sha256 = plan.sha256,
                    .plan_id = plan.id,
                    .plan_title = plan.title,
                    .code_folder = valid.folder().root.string(),
                    .base_commit = git.head().value_or(""),
                    .branch = git.branch().value_or(""),
                    .harness = config.harness,
                    .model = config.model,
                    .image = config.image,
                    .engine = valid.engine().name(),
                    .volume = volume.value_or(""),
                    .options = std::move(settings),
                    .tasks = planned_tasks(plan, request.only),
                    .only = request.only ? request.only->value : "",
                    .remotes = remotes_of(git),
                    .pull_request = pull_request,
                    .trace_parent = trace_parent()};
}

std::vector<VerifyCommand> checks_of(const LoadedConfig& loaded) {
  std::string source = "verify";
  for (const SettingValue& value : loaded.values) {
    if (value.key == "verify") source = value.place;
  }
  std::vector<VerifyCommand> checks;
  for (const std::string& command : loaded.config.verify) checks.push_back({command, source});
  return checks;
}

RunRules rules_of(const App& app, const Config& config, const Plan& plan) {
  std::vector<std::string> harnesses = {config.harness};
  harnesses.insert(harnesses.end(), config.fallback_harnesses.begin(), config.fallback_harnesses.end());
  return {.retries = config.retries,
          .same_failures = config.same_failures,
          .run_budget = config.run_budget,
          .task_budget = config.task_budget,
          .on_failure = config.on_failure,
          .max_wait = config.max_wait,
          .backoff = config.backoff,
          .harnesses = std::move(harnesses),
          .checkpoints = app.interactive ? "stop" : config.checkpoints,
          .fix_attempts = config.fix_attempts,
          .allow_plan_commands = config.allow_plan_commands,
          .one_session = plan.format == PlanFormat::gsd};
}

void explain(const App& app, const ValidatedEnvironment& valid, const ContainerSpec& spec) {
  if (app.json) {
    nlohmann::ordered_json arguments = nlohmann::ordered_json::array();
    for (const ExplainedArgument& argument : container_arguments(valid.engine(), spec))
      arguments.push_back({{"words", argument.words}, {"reason", argument.reason}});
    app.print(
        nlohmann::ordered_json{{"client", valid.engine().client().string()}, {"arguments", arguments}}.dump(
            2, ' ', false, nlohmann::json::error_handler_t::replace));
    return;
  }
  std::string text = valid.engine().client().string() + "\n";
  for (const ExplainedArgument& argument : container_arguments(valid.engine(), spec)) {
    std::string words = "  " + shell_join(argument.words);
    words.append(words.size() < 64 ? 64 - words.size() : 1, ' ');
    text += words + "# " + argument.reason + "\n";
  }
  app.print(text);
}

/// Containers of dead runs go while this one works.
std::future<SweepResult> start_sweep(const ContainerEngine& engine) {
  return std::async(std::launch::async, [engine] { return sweep(engine, /*dry_run=*/false); });
}

/// What the sweep left; its failure is no failure of the run.
std::vector<std::string> sweep_warnings(std::future<SweepResult>& swept) {
  std::vector<std::string> warnings;
  try {
    for (const std::string& name : swept.get().failed)
      warnings.push_back("container " + name + " of a dead run could not be removed");
  } catch (const Error& error) {
    warnings.push_back(std::string("containers of dead runs could not be looked for: ") + error.what());
  }
  return warnings;
}

void warn_about_uncommitted(Orchestrator& orchestrator, ShadowGit& git) {
  const std::vector<std::string> paths = git.uncommitted();
  if (paths.empty()) return;
  std::string shown;
  for (std::size_t i = 0; i < paths.size() && i < 3; ++i) shown += (i ? ", " : "") + one_line(paths[i], 60);
  if (paths.size() > 3) shown += ", …";
  orchestrator.record(Warned{"you have uncommitted work (" + std::to_string(paths.size()) +
                             (paths.size() == 1 ? " file: " : " files: ") + shown +
                             "); it stays uncommitted, except in files that a task changes too"});
}

/// The mask for what agent and checks print; a secret that it cannot hide is told by its name.
SecretMask mask_of_secrets(Orchestrator& orchestrator, const ValidatedEnvironment& valid) {
  std::vector<Secret> secrets;
  for (const HarnessProfile* harness : valid.profiles()) {
    // All keys are in the same container; the user's own secrets are in every list.
    for (Secret& secret : secrets_of(valid.config(), *harness)) {
      const auto same = [&](const Secret& known) { return known.name == secret.name; };
      if (std::ranges::none_of(secrets, same)) secrets.push_back(std::move(secret));
    }
  }
  std::vector<std::string> values;
  for (const Secret& secret : secrets) {
    values.push_back(secret.value);
    if (secret.value.size() < SecretMask::k_shortest_bytes)
      orchestrator.record(
          Warned{"the secret " + secret.name + " is too short to be masked in what the agent prints"});
  }
  return SecretMask(values);
}

/// The end of a session as it is journaled and returned.
struct SessionEnd {
  ExitCode code = ExitCode::ok;
  std::string detail;
};

SessionEnd describe(const App& app, const std::exception_ptr& problem) {
  try {
    std::rethrow_exception(problem);
  } catch (const Stopped& stopped) {
    const int signal = app.signals.signal();
    return {signal ? exit_code_of_signal(signal) : stopped.exit_code(), "stopped by a signal"};
  } catch (const Error& error) {
    // What was interrupted by the signal failed because of it.
    if (const int signal = app.signals.signal()) return {exit_code_of_signal(signal), "stopped by a signal"};
    const std::string next = error.next_step().empty() ? "" : " (" + error.next_step() + ")";
    return {error.exit_code(), error.what() + next};
  } catch (const std::exception& error) {
    return {ExitCode::internal, error.what()};
  }
}

bool was_tampered(const RunState& state) {
  for (const TaskState& task : state.tasks) {
    if (task.outcome == Outcome::failed && !task.attempts.empty() &&
        task.attempts.back().end.result == k_tampered)
      return true;
  }
  return false;
}

}  // namespace

Plan read_plan(const App& app, const std::string& path) {
  Plan plan = open_plan(path);
  for (const Diagnostic& diagnostic : plan.diagnostics) {
    if (diagnostic.severity != Severity::note || app.verbose) app.say(to_text(diagnostic, plan.path));
  }
  if (has_errors(plan.diagnostics))
    throw UsageError(plan.path + " cannot be run: the plan has errors", "milepost plan " + shell_quote(path));
  if (const std::vector<std::string> reasons = not_runnable(plan); !reasons.empty()) {
    throw UsageError(plan.path + " cannot be run by this version: " + join(reasons, "; "),
                     "run a plan without these, or take them out");
  }
  for (const std::string& caution : run_cautions(plan)) app.say(plan.path + ": note: " + caution);
  return plan;
}

namespace {

/// What is known of a session whatever way it ends.
struct SessionCourse {
  bool begun = false;  ///< the run's journal is open: from then on the observers report how it ends
  std::optional<RunId> to_publish = {};  ///< a pull request is wanted for this run
};

ExitCode session(App& app, const Invocation& invocation, const RunRequest& request, Plan plan,
                 SessionCourse& course) {
  // What the configuration turns off is taken out below; until then every id that may be asked for is known.
  if (request.only && !with_closing_tasks(plan, {}).find(*request.only)) {
    std::vector<std::string> ids;
    for (const Task& task : plan.tasks) ids.push_back(task.id.value);
    const auto near = nearest(request.only->value, ids);
    throw UsageError(plan.path + " has no task '" + request.only->value + "'" +
                         (near ? "; did you mean '" + *near + "'?" : ""),
                     "milepost plan " + shell_quote(plan.path) + " lists the tasks");
  }
  // A resumed run keeps what its first command line set: its harness, its checks, its limits.
  std::optional<RunSummary> resumed;
  if (request.resume) resumed = resumable_run(app.store(app.code_folder()), plan, request.answer.has_value());
  const RunStarted earlier = resumed ? resumed->state->started : RunStarted();
  const bool explains = invocation.has("explain");
  const bool pull_request = (invocation.has("pr") || earlier.pull_request) && !explains;
  ValidatedEnvironment valid = validate(app, invocation,
                                        {.kept = earlier.options,
                                         .commits = !explains,
                                         .pull_request = pull_request,
                                         .started = earlier});
  plan = with_closing_tasks(std::move(plan), {.scenarios = valid.config().run_scenarios || request.only});
  const RunRules rules = rules_of(app, valid.config(), plan);
  if (const auto unlisted = unlisted_harnesses(plan, rules.harnesses); !unlisted.empty())
    throw UsageError(plan.path + ": " + join(unlisted, "; ") + "; the setting `harness` lists " +
                         join(rules.harnesses, ", "),
                     "list it too: --harness " + join(rules.harnesses, ",") + ",NAME");
  const RunStore store = app.store(valid.folder());
  if (invocation.has("explain")) {
    const auto volume = valid.may_mount_volume() ? volume_name(valid.environment.lock) : std::nullopt;
    const std::string name = new_run_id().value;
    const Egress egress(
        {valid.engine(), valid.config(), valid.profiles(), valid.installation.container_programs, name},
        nullptr);
    explain(app, valid,
            container_spec({valid.config(), valid.folder(), valid.environment.lock, volume,
                            valid.installation.container_programs, store.project_directory(), name,
                            egress.planned_route(),
                            cover_agent_config(valid, store, /*with_options=*/true).mounts}));
    return ExitCode::ok;
  }

  make_private_directories(store.project_directory());
  log::to_file(app.directories.state / "milepost.log", app.verbose ? log::Level::debug : log::Level::info);
  const RunId id = resumed ? resumed->id : store.next_id();
  const LockFile lock = store.lock(plan.path, "pid " + std::to_string(::getpid()) + ", run " + id.value);
  if (pull_request) course.to_publish = id;
  const OpenedRun run = resumed
                            ? open_again(store, plan, request.answer.has_value(), id)
                            : open_new(store, plan, id, invocation.has("fresh") || request.only.has_value());
  if (run.resumed) {
    check_plan_change(app, plan, run.state, invocation.has("accept-plan-change"));
    // Killed behind its last task, it still lacks its end in journal and report.
    if (!unfinished(run.state) && run.state.ended) {
      app.say("run " + run.id.value + " is finished already: nothing to resume");
      report_finished_run(app, invocation, plan, run.state, run.files.directory);
      if (app.json)
        JsonStream(stdout).on_run_event({utc_now(), RunEnded{ExitCode::ok, "nothing to resume"}}, run.state);
      return ExitCode::ok;
    }
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
  ShadowGit git = valid.environment.git
                      ? std::move(*valid.environment.git)
                      : ShadowGit(valid.folder(), store.shadow_git(), {.stop = app.stop()});

  make_private_directories(run.files.directory);
  write_file_atomically(run.files.plan_copy(), read_file(plan.path));
  Journal journal = run.resumed ? Journal::open(run.files.journal()) : Journal::create(run.files.journal());
  const WorkPlan work{plan, checks_of(valid.loaded), request.guidance, rules};
  Orchestrator orchestrator(work, run.state, journal, observers.all());
  course.begun = true;
  orchestrator.record(
      opening_record(run, plan, request, valid, git, volume, kept_settings(invocation), pull_request));

  ContainerSetup setup{valid.config(),
                       valid.folder(),
                       valid.environment.lock,
                       volume,
                       valid.installation.container_programs,
                       store.project_directory(),
                       run.id.value + "-" + random_hex(4)};
  Egress egress({valid.engine(), valid.config(), valid.profiles(), setup.programs, setup.run},
                [&](const std::string& command) { app.say("could not be removed: " + command); });
  std::optional<CodingAgentContainer> container;
  std::future<SweepResult> swept;
  SessionEnd end;
  try {
    const AgentConfigCovers covers = cover_agent_config(
        valid, store, &git, orchestrator.state().started.base_commit, /*with_options=*/true);
    setup.covers = covers.mounts;
    if (!covers.notice.empty()) orchestrator.record(Warned{covers.notice});
    if (run.resumed) answer_open_question(app, orchestrator, request.answer, plan);
    // On a resume, what an interrupted attempt wrote cannot be told from the user's own work.
    if (!run.resumed) warn_about_uncommitted(orchestrator, git);
    orchestrator.record(egress.plan());
    setup.route = egress.start(app.stop());
    container.emplace(valid.engine(), container_spec(setup), [&](const std::string& name) {
      app.say("container " + name + " could not be removed: " + valid.engine().name() + " rm -f " + name);
    });
    orchestrator.record(ContainerStarting{container->name()});
    ChannelTimes times;
    times.max_life = valid.config().max_life;
    RunningContainer& running = container->start(times, app.stop());
    swept = start_sweep(valid.engine());  // not before: it would slow the start
    check_code_folder_is_mounted(running, valid.folder(), app.stop());
    if (const std::string warning = egress.self_test(running, app.stop()); !warning.empty())
      orchestrator.record(Warned{warning});
    const SecretMask mask = mask_of_secrets(orchestrator, valid);
    std::optional<Reviewer> reviewer;
    if (valid.reviewer) {
      reviewer.emplace(Reviewer::Parts{valid.config(), running, valid.reviewer,
                                       agent_environment(setup, *valid.reviewer), mask});
    }
    std::vector<RunHarness> harnesses;
    for (const auto& profile : valid.harnesses) {
      // The model is the first one's; the others hardly know it.
      harnesses.push_back({profile, harnesses.empty() ? valid.config().model : std::string(),
                           agent_environment(setup, *profile)});
    }
    ContainerTaskRunner runner({plan, valid.config(), run.id, run.files.directory, running,
                                std::move(harnesses), git, container_environment(setup), work.checks, mask,
                                store.home(), reviewer ? &*reviewer : nullptr});
    end.code = orchestrator.run(runner, terminal_asker(app), app.stop());
    if (was_tampered(orchestrator.state())) end.code = ExitCode::tampered;
  } catch (...) {
    end = describe(app, std::current_exception());
  }
  if (container) {
    const bool removed = container->stop();
    if (!removed && end.detail.empty())
      end.detail = "container " + container->name() + " could not be removed: " + valid.engine().name() +
                   " rm -f " + container->name();
    if (!removed) end.code = ExitCode::cleanup_failed;
    orchestrator.record(ContainerStopped{container->name(), removed});
  }
  if (const auto stopped = egress.stop()) {
    if (!stopped->removed) end.code = ExitCode::cleanup_failed;
    orchestrator.record(*stopped);
  }
  // A container may have failed to start because of what dead runs left.
  if (!swept.valid()) swept = start_sweep(valid.engine());
  for (const std::string& warning : sweep_warnings(swept)) orchestrator.record(Warned{warning});
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
