#pragma once

#include "milepost/base/directories.hpp"
#include "milepost/cli/app.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/run/agent_config.hpp"
#include "milepost/state/run_store.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// What validation found: enough to start a container.
struct ValidatedEnvironment {
  LoadedConfig loaded;
  Installation installation;
  Environment environment;                                       ///< folder and engine are set
  std::vector<std::shared_ptr<const HarnessProfile>> harnesses;  ///< the first works, the others take over
  std::shared_ptr<const HarnessProfile> reviewer;                ///< null: nobody reviews

  const Config& config() const { return loaded.config; }
  const CodeFolder& folder() const { return *environment.folder; }
  /// Whether a harness volume goes into the container when there is one.
  bool may_mount_volume() const {
    const auto used = profiles();
    return std::any_of(used.begin(), used.end(), [](const HarnessProfile* profile) {
      return profile->capabilities().needs_install || profile->capabilities().uses_volume;
    });
  }
  /// Those whose keys and services the container gets: the harnesses, and the reviewer's.
  std::vector<const HarnessProfile*> profiles() const {
    std::vector<const HarnessProfile*> used;
    for (const auto& profile : harnesses) used.push_back(profile.get());
    if (reviewer) used.push_back(reviewer.get());
    return used;
  }
  const ContainerEngine& engine() const { return *environment.engine; }
};

/// The environment of a command line, before its checks.
Environment make_environment(const App& app, const LoadedConfig& loaded, const Installation& installation);

/// What a run asks of its environment beside its settings.
struct RunNeeds {
  std::vector<std::string> kept = {};  ///< settings of an earlier command line, see App::load_config
  bool agent = true;                   ///< one is started, which needs its credentials
  bool commits = false;                ///< they are to be made, unless the setting `commit` is none
  bool pull_request = false;           ///< one is to be opened at the end
  RunStarted started = {};             ///< of the run that goes on
};

/// Loads the configuration and runs the environment checks. Throws EnvironmentError after showing the table
/// of what failed.
ValidatedEnvironment validate(App& app, const Invocation& invocation, const RunNeeds& needs = {});

/// What keeps the code folder's agent configuration from the harnesses (setting agent_config). `start`: the
/// commit that the run began at. `with_options`: milepost starts the harnesses, with their options.
AgentConfigCovers cover_agent_config(const ValidatedEnvironment& valid, const RunStore& store,
                                     const ShadowGit* git, const std::string& start, bool with_options);
/// The same without a run, which would begin at HEAD.
AgentConfigCovers cover_agent_config(const ValidatedEnvironment& valid, const RunStore& store,
                                     bool with_options);

/// The harness volume of a harness, populated when it is not there; nothing when none is needed.
std::optional<std::string> ensure_harness_volume(const App& app, const ValidatedEnvironment& valid,
                                                 const std::function<void(std::string_view)>& on_progress);

}  // namespace milepost
