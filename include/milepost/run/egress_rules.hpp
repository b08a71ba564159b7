#pragma once

#include "milepost/config/egress_target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// What the egress proxy lets through.
struct EgressRules {
  std::vector<EgressTarget> presets;  ///< the harness's own services: never at a private address
  std::vector<EgressTarget> allowed;  ///< the user's
  std::vector<std::uint16_t> host_ports;

  /// All targets as text, presets first; what `network.allow` could say.
  std::vector<std::string> texts() const;
};

/// From a harness's endpoints, the base URLs that the user's environment gives it, and the settings
/// network.allow and network.host_ports. `host.docker.internal:PORT` among them is a host port. Throws
/// UsageError for a target that is none.
EgressRules egress_rules(const std::vector<std::string>& endpoints, const std::vector<std::string>& base_urls,
                         const std::vector<std::string>& allow, const std::vector<std::string>& host_ports);

/// Where the proxy stands.
struct ProxyPlace {
  std::string address;        ///< its own, in the internal network
  std::uint16_t port = 3128;  ///< where it listens
  std::vector<std::string>
      forbidden;  ///< addresses of this machine: never a destination, whatever a name says
  std::optional<EgressTarget> parent;  ///< a proxy that this machine itself has to use
};

/// squid's configuration (squid 5: http://www.squid-cache.org/Doc/config/). Names are compared before
/// anything is looked up, so that a refused name reaches no name server.
std::string squid_configuration(const EgressRules& rules, const ProxyPlace& place);

}  // namespace milepost
