#pragma once

#include "milepost/config/config.hpp"
#include "milepost/container/engine.hpp"
#include "milepost/doctor/check.hpp"
#include "milepost/harness/lock.hpp"
#include "milepost/workspace/code_folder.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// What the checks look at, and what they found on the way, for the run that follows.
struct Environment {
  Config config;
  std::filesystem::path start_directory;  ///< the code folder, or a folder in it
  std::filesystem::path state_directory;
  std::filesystem::path home;      ///< of the agents, for credential files; empty: not known yet
  std::filesystem::path programs;  ///< Installation::container_programs
  HarnessLock lock;

  std::optional<CodeFolder> folder;       ///< set by the check "repository"
  std::optional<ContainerEngine> engine;  ///< set by the check "engine"
};

/// git, repository, code-folder, state-directory, engine, image, bind-mounts (a sentinel file is seen in a
/// container; only with `thorough`: it costs a container start, and `run` proves the same through its own
/// container), harness-volume, credentials, disk, required files, the user's own checks. Each sets what it
/// finds in `environment`, which outlives the checks.
std::vector<Check> environment_checks(Environment& environment, bool thorough);

}  // namespace milepost
