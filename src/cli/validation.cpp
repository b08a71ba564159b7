#include "validation.hpp"

#include "milepost/base/error.hpp"
#include "milepost/config/model_prices.hpp"
#include "milepost/harness/configured.hpp"
#include "milepost/harness/volume.hpp"

#include "pull_request_check.hpp"

#include <algorithm>
#include <cstdlib>

namespace milepost {

Environment make_environment(const App& app, const LoadedConfig& loaded, const Installation& installation) {
  Environment environment;
  environment.config = loaded.config;
  environment.start_directory = app.start_directory;
  environment.state_directory = app.directories.state;
  environment.programs = installation.container_programs;
  environment.lock = read_lock(app.lock_file());
  environment.attended = app.interactive;
  environment.stop = app.stop();
  try {
    const RunStore store = app.store(app.code_folder());
    environment.home = store.home();
    environment.shadow_git = store.shadow_git();
  } catch (const EnvironmentError&) {
    // The check "repository" tells this with a remedy.
  }
  return environment;
}

namespace {

/// A limit that milepost cannot keep must not pass for one that holds.
void tell_limits_without_effect(const App& app, const ValidatedEnvironment& valid) {
  const LoadedConfig& loaded = valid.loaded;
  const auto is_set = [&](const char* key) {
    return std::ranges::any_of(loaded.values, [&](const SettingValue& value) {
      return value.key == key && value.origin != Origin::built_in;
    });
  };
  if (!is_set("budget.usd") && !is_set("task_budget.usd")) return;
  for (const auto& harness : valid.harnesses) {
    if (harness->capabilities().reports_cost) continue;
    const bool is_first = harness == valid.harnesses.front();
    if (is_first && price_of(loaded.config.model, loaded.config.prices)) continue;
    app.say("note: a budget in US dollars has no effect on " + harness->name() +
            ": it does not tell its cost, and the price of its model is not known (settings model and "
            "prices); its "
            "tokens count against budget.tokens and task_budget.tokens");
  }
}

/// The profiles of the setting `harness`.
std::vector<std::shared_ptr<const HarnessProfile>> configured_harnesses(const Config& config) {
  std::vector<std::shared_ptr<const HarnessProfile>> harnesses = {configured_harness(config.harness, config)};
  for (const std::string& name : config.fallback_harnesses)
    harnesses.push_back(configured_harness(name, config));
  for (const auto& harness : harnesses) static_cast<void>(harness->command({}));
  return harnesses;
}

/// The checks see the first harness; what runs beside it must be there too.
void require_set_up(const ValidatedEnvironment& valid, const std::string& name, const char* role) {
  const auto profile = configured_harness(name, valid.config());
  if (profile->capabilities().needs_install && !valid.environment.lock.find(name))
    throw EnvironmentError(std::string("the ") + role + " " + name + " is not set up",
                           "milepost setup --install " + name);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

AgentConfigCovers cover_agent_config(const ValidatedEnvironment& valid, const RunStore& store,
                                     const ShadowGit* git, const std::string& start, bool with_options) {
  const std::string target = target_branch_in(variable);
  const AgentConfigParts parts{.config = valid.config(),
                               .harnesses = valid.profiles(),
                               .code_folder = valid.folder().root,
                               .directory = store.project_directory() / "agent-config",
                               .base = target.empty() ? start : target,
                               .with_options = with_options};
  return cover_agent_config(parts, git);
}

AgentConfigCovers cover_agent_config(const ValidatedEnvironment& valid, const RunStore& store,
                                     bool with_options) {
  if (valid.config().agent_config != "base-ref")
    return cover_agent_config(valid, store, nullptr, "", with_options);
  const ShadowGit git(valid.folder(), store.shadow_git());
  return cover_agent_config(valid, store, &git, git.head().value_or(""), with_options);
}

ValidatedEnvironment validate(App& app, const Invocation& invocation, const RunNeeds& needs) {
  ValidatedEnvironment valid;
  valid.loaded = app.load_config(invocation, needs.kept);
  for (const std::string& note : valid.loaded.notes) app.say("note: " + note);
  std::string& agent_config = valid.loaded.config.agent_config;
  agent_config = agent_config_in(agent_config, variable);
  // An unknown name and a command that is not configured are told at once.
  valid.harnesses = configured_harnesses(valid.config());
  if (const std::string& name = valid.config().review_harness; !name.empty())
    valid.reviewer = configured_harness(name, valid.config());
  valid.installation = Installation::locate();
  valid.environment = make_environment(app, valid.loaded, valid.installation);
  valid.environment.runs_agent = needs.agent;
  valid.environment.commits = needs.commits;
  std::vector<Check> checks = environment_checks(valid.environment, /*thorough=*/false);
  if (needs.pull_request) checks.push_back(pull_request_check(valid.environment, needs.started));
  const std::vector<CheckResult> results = run_checks(checks);
  if (!all_passed(results)) {
    app.complain(checks_table(results, app.colour));
    std::string failed;
    for (const CheckResult& result : results) {
      if (result.verdict == CheckVerdict::failed) failed += (failed.empty() ? "" : ", ") + result.name;
    }
    throw EnvironmentError("the environment is not ready: " + failed,
                           std::string("see the remedies above; `milepost doctor") +
                               (needs.pull_request ? " --pr" : "") + "` checks again");
  }
  if (valid.reviewer) require_set_up(valid, valid.config().review_harness, "reviewer's harness");
  for (const std::string& name : valid.config().fallback_harnesses)
    require_set_up(valid, name, "further harness");
  for (const CheckResult& result : results) {
    // The others tell again when it comes to it; these are over once the agent has read the files, has run
    // without a limit, or has worked for hours.
    const bool matters_now = result.name == "sensitive-files" || result.name == "engine" ||
                             result.name == "pull-request" || (result.name == "commits" && needs.commits) ||
                             (result.name == "credentials" && needs.agent);
    if (matters_now && result.verdict == CheckVerdict::warning)
      app.say("warning: " + result.detail + "; " + result.remedy);
  }
  tell_limits_without_effect(app, valid);
  if (!valid.environment.folder || !valid.environment.engine) {
    throw InternalError("the environment checks passed without a code folder or an engine");
  }
  return valid;
}

std::optional<std::string> ensure_harness_volume(const App& app, const ValidatedEnvironment& valid,
                                                 const std::function<void(std::string_view)>& on_progress) {
  if (!valid.may_mount_volume()) return std::nullopt;
  HarnessLock lock = valid.environment.lock;
  const VolumeContext context{valid.engine(), valid.config().image, valid.installation.container_programs,
                              app.locks(),    on_progress,          app.stop()};
  return ensure_volume(context, lock);
}

}  // namespace milepost
