#include "session_record.hpp"

#include "milepost/run/checkpoint.hpp"
#include "milepost/telemetry/trace_parent.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include "opened_run.hpp"
#include "validation.hpp"

#include <cstdlib>
#include <filesystem>

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

}  // namespace

RunRecord opening_record(const OpenedRun& run, const Plan& plan, const ValidatedEnvironment& valid,
                         const ShadowGit& git, const SessionOpening& opening) {
  if (run.resumed) {
    const std::string& only = run.state.started.only;
    return RunResumed{
        plan.sha256, planned_tasks(plan, only.empty() ? std::nullopt : std::optional(TaskId(only))), {}};
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
                    .volume = opening.volume.value_or(""),
                    .options = opening.settings,
                    .tasks = planned_tasks(plan, opening.only),
                    .only = opening.only ? opening.only->value : "",
                    .remotes = remotes_of(git),
                    .pull_request = opening.pull_request,
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

}  // namespace milepost
