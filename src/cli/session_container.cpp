#include "session_container.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/container/sweep.hpp"
#include "milepost/run/container_setup.hpp"
#include "milepost/run/container_task_runner.hpp"
#include "milepost/run/egress.hpp"
#include "milepost/run/mounted_folder.hpp"
#include "milepost/run/plan_documents.hpp"
#include "milepost/run/session_marks.hpp"

#include "run_choice.hpp"
#include "stop_after.hpp"
#include "terminal_question.hpp"
#include "uncommitted_work.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>
#include <vector>

namespace milepost {

namespace {

/// Of the last look at the code folder when a signal ended the session.
constexpr auto k_end_limit = std::chrono::seconds(20);

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

class SessionContainer {
 public:
  explicit SessionContainer(const SessionParts& parts)
      : parts_(parts),
        setup_{parts.valid.config(),
               parts.valid.folder(),
               parts.valid.environment.lock,
               parts.volume,
               parts.valid.installation.container_programs,
               parts.store.project_directory(),
               parts.run.id.value + "-" + random_hex(4)},
        egress_({engine(), parts.valid.config(), parts.valid.profiles(), setup_.programs, setup_.run},
                [&](const std::string& command) { parts_.app.say("could not be removed: " + command); }) {}

  SessionEnd run() {
    SessionEnd end;
    try {
      prepare();
      end.code = run_tasks(start());
      if (was_tampered(parts_.orchestrator.state())) end.code = ExitCode::tampered;
    } catch (...) {
      end = end_of(parts_.app, std::current_exception());
    }
    remove(end);
    keep_end(end);
    return end;
  }

 private:
  const ContainerEngine& engine() const { return parts_.valid.engine(); }
  std::string not_removed(const std::string& container) const {
    return "container " + container + " could not be removed: " + engine().name() + " rm -f " + container;
  }

  void prepare() {
    Orchestrator& orchestrator = parts_.orchestrator;
    const AgentConfigCovers covers =
        cover_agent_config(parts_.valid, parts_.store, &parts_.git, orchestrator.state().started.base_commit,
                           /*with_options=*/true);
    setup_.covers = covers.mounts;
    if (!covers.notice.empty()) orchestrator.record(Warned{covers.notice});
    if (parts_.run.resumed) answer_open_question(parts_.app, orchestrator, parts_.answer, parts_.work.plan);
    begin_work();
    orchestrator.record(egress_.plan());
    setup_.route = egress_.start(parts_.app.stop());
  }

  /// From here on what changes in the code folder counts as the tasks' work.
  void begin_work() {
    Orchestrator& orchestrator = parts_.orchestrator;
    ShadowGit& git = parts_.git;
    const auto is_own = [&](const std::string& path) {
      return is_own_document(parts_.work.plan, parts_.valid.config(), parts_.valid.folder().root, path);
    };
    std::string warning;
    if (parts_.run.resumed) {
      const Snapshot now = git.snapshot(session_begin_name(parts_.run.id, orchestrator.state().sessions));
      if (commits()) warning = uncommitted_at_resume(git, orchestrator.state(), now, is_own);
      if (std::string moved = lost_commits(git, orchestrator.state()); !moved.empty())
        orchestrator.record(Warned{std::move(moved)});
    } else {
      warning = uncommitted_at_start(git, is_own);
    }
    work_began_ = true;
    if (!warning.empty()) orchestrator.record(Warned{warning});
  }

  bool commits() const { return parts_.valid.config().commit != "none" && parts_.work.plan.commit != "none"; }

  /// Keeps the code folder as the session leaves it, so that a resume can tell the user's work from the
  /// tasks'. Nothing of the session may be at work in it any more.
  void keep_end(const SessionEnd& end) {
    if (!work_began_ || end.code == ExitCode::cleanup_failed || !unfinished(parts_.orchestrator.state()))
      return;
    const std::string name = session_end_name(parts_.run.id, parts_.orchestrator.state().sessions);
    try {
      if (!parts_.app.stop().stop_requested()) {
        parts_.git.snapshot(name);
        return;
      }
      // The run's own git is stopped for good.
      const StopAfter limit(k_end_limit);
      ShadowGit(parts_.valid.folder(), parts_.store.shadow_git(), {.stop = limit.token()}).snapshot(name);
    } catch (const Error& error) {
      parts_.orchestrator.record(
          Warned{std::string("the code folder as it is now could not be recorded (") + error.what() +
                 "); what you change before the run goes on counts as the task's work"});
    }
  }

  RunningContainer& start() {
    const App& app = parts_.app;
    container_.emplace(engine(), container_spec(setup_),
                       [this](const std::string& name) { parts_.app.say(not_removed(name)); });
    parts_.orchestrator.record(ContainerStarting{container_->name()});
    ChannelTimes times;
    times.max_life = parts_.valid.config().max_life;
    RunningContainer& running = container_->start(times, app.stop());
    swept_ = start_sweep(engine());  // not before: it would slow the start
    check_code_folder_is_mounted(running, parts_.valid.folder(), app.stop());
    if (const std::string warning = egress_.self_test(running, app.stop()); !warning.empty())
      parts_.orchestrator.record(Warned{warning});
    return running;
  }

  ExitCode run_tasks(RunningContainer& running) {
    const ValidatedEnvironment& valid = parts_.valid;
    const SecretMask mask = mask_of_secrets(parts_.orchestrator, valid);
    std::optional<Reviewer> reviewer;
    if (valid.reviewer) {
      reviewer.emplace(Reviewer::Parts{valid.config(), running, valid.reviewer,
                                       agent_environment(setup_, *valid.reviewer), mask});
    }
    std::vector<RunHarness> harnesses;
    for (const auto& profile : valid.harnesses) {
      // The model is the first one's; the others hardly know it.
      harnesses.push_back({profile, harnesses.empty() ? valid.config().model : std::string(),
                           agent_environment(setup_, *profile)});
    }
    ContainerTaskRunner runner({parts_.work.plan, valid.config(), parts_.run.id, parts_.run.files.directory,
                                running, std::move(harnesses), parts_.git, container_environment(setup_),
                                parts_.work.checks, mask, parts_.store.home(),
                                reviewer ? &*reviewer : nullptr});
    return parts_.orchestrator.run(runner, terminal_asker(parts_.app), parts_.app.stop());
  }

  void remove(SessionEnd& end) {
    if (container_) {
      const bool removed = container_->stop();
      if (!removed && end.detail.empty()) end.detail = not_removed(container_->name());
      if (!removed) end.code = ExitCode::cleanup_failed;
      parts_.orchestrator.record(ContainerStopped{container_->name(), removed});
    }
    if (const auto stopped = egress_.stop()) {
      if (!stopped->removed) end.code = ExitCode::cleanup_failed;
      parts_.orchestrator.record(*stopped);
    }
    // A container may have failed to start because of what dead runs left.
    if (!swept_.valid()) swept_ = start_sweep(engine());
    for (const std::string& warning : sweep_warnings(swept_)) parts_.orchestrator.record(Warned{warning});
  }

  const SessionParts& parts_;
  ContainerSetup setup_;
  Egress egress_;
  std::optional<CodingAgentContainer> container_;
  std::future<SweepResult> swept_;
  bool work_began_ = false;
};

}  // namespace

SessionEnd run_in_container(const SessionParts& parts) {
  return SessionContainer(parts).run();
}

}  // namespace milepost
