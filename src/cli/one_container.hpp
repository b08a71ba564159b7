#pragma once

#include "milepost/container/coding_agent_container.hpp"
#include "milepost/run/container_setup.hpp"
#include "milepost/run/egress.hpp"

#include "validation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// A container like a run's, for one command or shell: validated environment, harness volume, guard.
class OneContainer {
 public:
  /// Starts what its network needs; credentials that are missing are no hindrance, `shell` is where to log
  /// in. Throws as validate() and Egress::start().
  OneContainer(App& app, const Invocation& invocation);

  /// Also throws EnvironmentError when the network is not what the configuration says.
  RunningContainer& start();
  /// Removes it; throws Error(cleanup_failed) naming a container that remains.
  void stop();
  /// With the harness's credentials, where there are any, as the agent has them.
  std::vector<std::string> environment() const;
  /// Where the user is, as it is called in the container.
  std::string directory() const;

 private:
  App& app_;
  ValidatedEnvironment valid_;
  std::optional<std::string> volume_;
  std::string name_;
  std::optional<EgressRoute> route_;
  std::vector<Mount> covers_;  ///< over agent configuration
  std::optional<Egress> egress_;
  std::optional<CodingAgentContainer> container_;

  ContainerSetup setup() const;
};

}  // namespace milepost
