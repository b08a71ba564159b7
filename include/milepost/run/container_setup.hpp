#pragma once

#include "milepost/config/config.hpp"
#include "milepost/container/container_spec.hpp"
#include "milepost/harness/lock.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/workspace/code_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// The only way out of a container whose network is an allowlist.
struct EgressRoute {
  std::string network;        ///< the internal one
  std::string proxy_address;  ///< in it
  std::uint16_t proxy_port = 0;
  bool host_ports = false;  ///< host.docker.internal leads to the proxy, which forwards
};

/// What a coding-agent container is made from; the same for run, task, exec and shell.
struct ContainerSetup {
  const Config& config;
  const CodeFolder& folder;
  const HarnessLock& lock;
  std::optional<std::string> volume;  ///< the harness volume; nothing: none is needed
  std::filesystem::path programs;     ///< Installation::container_programs
  std::filesystem::path
      project_directory;  ///< RunStore::project_directory(): holds the agents' HOME and passwd
  std::string run;        ///< the run's id, or "exec-…"; part of name and labels
  std::optional<EgressRoute> route = {};  ///< set exactly in allowlist mode
  std::vector<Mount> covers = {};         ///< over agent configuration (agent_config.hpp)
};

/// The container's specification: name, labels, user, mounts with their reasons, limits. Makes HOME and the
/// passwd and group files in the project directory. Throws UsageError for engine arguments that are not
/// allowed.
ContainerSpec container_spec(const ContainerSetup& setup);

/// "NAME=value" for everything that runs in the container: PATH with the harnesses, HOME, locale, git's safe
/// directory, the host's CA bundle, the variables of `pass_env`. No secret.
std::vector<std::string> container_environment(const ContainerSetup& setup);

/// A secret that is handed to the agent.
struct Secret {
  std::string name, value;
};

/// The harness's credentials and the user's `secrets`, from this process's environment, and `secret_files`,
/// without a line end at the end of the file. Throws EnvironmentError for a file that cannot be read,
/// UsageError for one that no variable can hold.
std::vector<Secret> secrets_of(const Config& config, const HarnessProfile& harness);

/// container_environment() with the secrets and what the harness takes besides: for the harness's own process
/// only.
std::vector<std::string> agent_environment(const ContainerSetup& setup, const HarnessProfile& harness);

}  // namespace milepost
