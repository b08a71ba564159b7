#pragma once

#include "milepost/config/config.hpp"
#include "milepost/container/engine.hpp"
#include "milepost/doctor/check.hpp"
#include "milepost/harness/lock.hpp"
#include "milepost/workspace/code_folder.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

/// What the checks look at, and what they found on the way, for the run that follows.
struct Environment {
  Config config;
  std::filesystem::path start_directory;  ///< the code folder, or a folder in it
  std::filesystem::path state_directory;
  std::filesystem::path home;        ///< of the agents, for credential files; empty: not known yet
  std::filesystem::path shadow_git;  ///< RunStore::shadow_git(); set where `home` is
  std::filesystem::path programs;    ///< Installation::container_programs
  HarnessLock lock;
  bool runs_agent = true;  ///< without one, credentials that are missing are a warning
  bool commits = false;    ///< whether commits are possible is asked too
  bool attended = false;   ///< somebody at a terminal sees the warnings
  std::stop_token stop;    ///< ends the user's own checks and the container of bind-mounts

  std::optional<CodeFolder> folder;       ///< set by the check "repository"
  std::optional<ContainerEngine> engine;  ///< set by the check "engine"
  std::unique_ptr<ShadowGit> git;         ///< set by the check "commits" where commits are wanted
};

/// In this order: git, repository (the code folder is found and sane), state-directory, disk, sensitive-files
/// (those with secrets in the code folder), credentials, engine, commits (with Environment::commits), image,
/// egress-image (in allowlist mode), harness-volume, harness (each installed one names its locked version;
/// only with `thorough`), bind-mounts (a file of the code folder is seen in a container; only with
/// `thorough`: it costs a container start, and `run` proves the same through its own container),
/// required-files, and the user's own as "check:NAME". They set what they find in `environment`, which
/// outlives them. Images, and without `thorough` the volume, are asked for while the engine's client is asked
/// for its version.
std::vector<Check> environment_checks(Environment& environment, bool thorough);

}  // namespace milepost
