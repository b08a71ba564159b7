#pragma once

#include "milepost/config/config.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/run/container_setup.hpp"
#include "milepost/state/run_event.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

/// The network of one coding-agent container, as the setting network.mode wants it. For `allowlist`: guard of
/// an internal network and of the container of the proxy that is the only way out of it. The proxy's
/// container is on a leash like the agent's: it dies with this process, and then nothing is let through any
/// more.
///
/// Declare it before the guard of the agent's container: that one must be gone before the network can be. Not
/// thread-safe.
class Egress {
 public:
  struct Parts {
    const ContainerEngine& engine;
    const Config& config;
    std::vector<const HarnessProfile*>
        harnesses;                   ///< whose services are let through; the first is named in words
    std::filesystem::path programs;  ///< Installation::container_programs
    std::string run;                 ///< as in ContainerSetup: part of the names
  };

  /// Starts nothing. Throws UsageError for settings that contradict one another. `on_leftover` is told the
  /// command that removes what could not be removed.
  Egress(const Parts& parts, std::function<void(const std::string& command)> on_leftover);
  ~Egress();
  Egress(const Egress&) = delete;
  Egress& operator=(const Egress&) = delete;

  /// For the journal, before start().
  const EgressStarting& plan() const;
  /// What the command line will look like, for --explain: the proxy's address is not known yet.
  std::optional<EgressRoute> planned_route() const;
  /// Nothing but in allowlist mode. Throws InfraError, EnvironmentError (no image), Stopped; then the
  /// destructor removes what was made.
  std::optional<EgressRoute> start(std::stop_token stop);
  /// Looks from inside the agent's container: the proxy lets an allowed target through and refuses another
  /// one, and nothing else is in reach. Throws EnvironmentError saying what was. Returns a warning, or
  /// nothing.
  std::string self_test(RunningContainer& agent, std::stop_token stop);
  /// Removes everything, when the agent's container is gone. Nothing but in allowlist mode. Never throws.
  std::optional<EgressStopped> stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace milepost
