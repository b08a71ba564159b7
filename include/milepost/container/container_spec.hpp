#pragma once

#include "milepost/base/time.hpp"
#include "milepost/container/engine.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// A mount of a container. Sources are absolute; a comma or a newline in a path is refused where the engine
/// cannot take it.
struct Mount {
  enum class Kind { bind, volume };
  Kind kind = Kind::bind;
  std::string source;  ///< host path or volume name
  std::string target;  ///< absolute path in the container
  bool read_only = true;
  std::string reason{};  ///< for --explain
};

/// Fixed places in every coding-agent container.
inline constexpr const char* k_workspace_path = "/workspace";
inline constexpr const char* k_harness_path = "/opt/milepost/harness";  ///< the harness volume, read-only
inline constexpr const char* k_programs_path =
    "/opt/milepost/programs";                              ///< supervisor and script harness, read-only
inline constexpr const char* k_home_path = "/home/agent";  ///< HOME, writable, kept per project

/// What a coding-agent container is; everything that is not here is the hardened default.
struct ContainerSpec {
  std::string name;  ///< unique per run
  std::string image;
  std::map<std::string, std::string> labels;
  std::vector<Mount> mounts;
  std::uint32_t uid = 0, gid = 0;  ///< of the process in the container: the invoking user's
  bool is_invoking_user =
      true;                  ///< else uid and gid are of the image's own, with nothing of the host to write
  std::string memory, cpus;  ///< "" = no limit
  unsigned pids = 4096;
  std::string tmp_size = "2g";
  std::string network = "bridge";            ///< "bridge", "none" or the name of an internal network
  std::string dns;                           ///< the resolver's address; "" = the engine's choice
  std::map<std::string, std::string> hosts;  ///< names in /etc/hosts and their addresses
  bool host_gateway = true;
  std::vector<std::string> extra_arguments;  ///< already allowed by check_engine_arguments()
};

/// A piece of the engine command line and why it is there.
struct ExplainedArgument {
  std::vector<std::string> words;
  std::string reason;
};

/// The whole command after the client's name: run, hardened flags, mounts, image, the supervisor. Throws
/// UsageError for a path the engine's --mount syntax cannot carry, EnvironmentError when the engine must be
/// asked for the host's address and does not answer.
std::vector<ExplainedArgument> container_arguments(const ContainerEngine& engine, const ContainerSpec& spec);

/// Checks user-given extra engine arguments against the allow-list; returns them normalised. Throws
/// UsageError naming the argument, what it would open, and what is allowed. Anything not known is refused.
std::vector<std::string> check_engine_arguments(const std::vector<std::string>& arguments);

}  // namespace milepost
