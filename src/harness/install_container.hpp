#pragma once

#include "milepost/container/coding_agent_container.hpp"
#include "milepost/harness/volume.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// The label of every container that mounts a harness volume to fill or to probe it; its value is the volume.
inline constexpr const char* k_volume_user_label = "milepost.volume";

/// A volume in an install container.
struct MountedVolume {
  std::string name;
  bool read_only = true;
};

class StepSink;

/// A short-lived container of the agent image for npm and for probes: no code folder, no credentials,
/// hardened as every other. Removed by its destructor; it dies with milepost.
class InstallContainer {
 public:
  /// Starts it. `name` is its name on the engine. Throws InfraError, EnvironmentError, Stopped.
  InstallContainer(const VolumeContext& context, const std::string& name,
                   std::optional<MountedVolume> volume);

  /// How a command ended, and its output (at most 1 MB).
  struct Result {
    ProcessEnd end;
    std::string out;
    std::string tail;  ///< the last lines of both streams, for error messages
  };

  /// Runs a command to its end as uid 0 without capabilities; `show`: its lines are progress. Throws Stopped
  /// and, when the container is lost, InfraError.
  Result run(ProcessSpec spec, bool show);

  /// Where the bytes of a command come from and go to, when they are too many for memory.
  struct Streams {
    /// Gives the next piece of standard input; false at its end. May be empty: ProcessSpec::input is all. May
    /// throw: the command is then killed.
    std::function<bool(std::string& piece)> input;
    /// Takes standard output instead of Result::out, on another thread than the caller's. Must not throw.
    std::function<void(std::string_view bytes)> output;
  };
  /// As run().
  Result stream(ProcessSpec spec, const Streams& streams);

  /// run(), and throws InfraError "cannot <what>: ..." when it fails.
  Result require(const std::string& what, ProcessSpec spec, bool show);

 private:
  Result result_of(ProcessEnd end, StepSink& sink);
  const VolumeContext& context_;
  CodingAgentContainer guard_;
  RunningContainer* running_ = nullptr;
};

/// A command with the environment of an install: HOME and caches below /tmp, the host's proxies, registry and
/// certificate authorities. `path_prefix` comes in front of PATH.
ProcessSpec install_command(std::vector<std::string> argv, const std::string& path_prefix = {});

}  // namespace milepost
