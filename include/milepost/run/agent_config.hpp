#pragma once

#include "milepost/config/config.hpp"
#include "milepost/container/container_spec.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// What keeps the agent configuration of a code folder from the harnesses of a container.
struct AgentConfigCovers {
  /// Read-only, over the files that are there: nothing is made in the code folder, where they stay as they
  /// are.
  std::vector<Mount> mounts;
  std::string notice;  ///< a line for people about what is not loaded; empty: nothing lies there
};

struct AgentConfigParts {
  const Config& config;  ///< agent_config is not "auto"
  std::vector<const HarnessProfile*> harnesses;
  std::filesystem::path code_folder;
  std::filesystem::path directory;  ///< of milepost, for what is mounted; a private one of the project
  std::string base;                 ///< what agent_config_ref stands for when it is empty; "base-ref" alone
  bool with_options = true;         ///< the harnesses get the options of HarnessRequest::repository_config
};

/// Finds the files, and writes what is mounted over them. `git` is asked under "base-ref" alone. Throws
/// EnvironmentError for a base that is not there, and for a file that cannot be covered.
AgentConfigCovers cover_agent_config(const AgentConfigParts& parts, const ShadowGit* git);

}  // namespace milepost
