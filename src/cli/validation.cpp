#include "validation.hpp"

#include "milepost/base/error.hpp"
#include "milepost/harness/configured.hpp"
#include "milepost/harness/volume.hpp"

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
    environment.home = app.store(app.code_folder()).home();
  } catch (const EnvironmentError&) {
    // The check "repository" tells this with a remedy.
  }
  return environment;
}

namespace {

/// A limit that the user set and the harness cannot keep must not pass for one that holds.
void tell_limits_without_effect(const App& app, const Config& config, const HarnessProfile& harness) {
  const HarnessCapabilities can = harness.capabilities();
  if (config.max_turns && !can.limits_turns)
    app.say("note: budget.turns has no effect: " + config.harness + " does not limit its turns");
  if (config.budget_usd && !can.reports_cost)
    app.say("note: budget.usd has no effect: " + config.harness + " does not tell its cost");
}

}  // namespace

ValidatedEnvironment validate(App& app, const Invocation& invocation, const std::vector<std::string>& kept) {
  ValidatedEnvironment valid;
  valid.loaded = app.load_config(invocation, kept);
  for (const std::string& note : valid.loaded.notes) app.say("note: " + note);
  // An unknown name and a command that is not configured are told at once.
  valid.harness = configured_harness(valid.config().harness, valid.config());
  static_cast<void>(valid.harness->command({}));
  if (const std::string& name = valid.config().review_harness; !name.empty())
    valid.reviewer = configured_harness(name, valid.config());
  valid.installation = Installation::locate();
  valid.environment = make_environment(app, valid.loaded, valid.installation);
  const std::vector<CheckResult> results =
      run_checks(environment_checks(valid.environment, /*thorough=*/false));
  if (!all_passed(results)) {
    app.complain(checks_table(results, app.colour));
    std::string failed;
    for (const CheckResult& result : results) {
      if (result.verdict == CheckVerdict::failed) failed += (failed.empty() ? "" : ", ") + result.name;
    }
    throw EnvironmentError("the environment is not ready: " + failed,
                           "see the remedies above; `milepost doctor` checks again");
  }
  if (valid.reviewer && valid.reviewer->capabilities().needs_install &&
      !valid.environment.lock.find(valid.config().review_harness)) {
    throw EnvironmentError("the reviewer's harness " + valid.config().review_harness + " is not set up",
                           "milepost setup --harness " + valid.config().review_harness);
  }
  for (const CheckResult& result : results) {
    // The others tell again when it comes to it; this one is over once the agent has read the files.
    if (result.name == "sensitive-files" && result.verdict == CheckVerdict::warning)
      app.say("warning: " + result.detail + "; " + result.remedy);
  }
  tell_limits_without_effect(app, valid.config(), *valid.harness);
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
