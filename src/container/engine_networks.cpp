#include "milepost/base/text.hpp"
#include "milepost/container/engine.hpp"

#include "engine_failure.hpp"
#include "listed_labels.hpp"

namespace milepost {

namespace {

constexpr Milliseconds k_network_limit = std::chrono::seconds(20);

}  // namespace

void ContainerEngine::create_internal_network(const std::string& name,
                                              const std::map<std::string, std::string>& labels) const {
  std::vector<std::string> arguments{"network", "create", "--internal"};
  if (kind_ == EngineKind::docker) {
    // An internal network of Docker's still has an address of this machine on it, and by that every port that
    // listens on all addresses.
    arguments.insert(arguments.end(), {"--opt", "com.docker.network.bridge.inhibit_ipv4=true"});
  } else {
    arguments.emplace_back("--disable-dns");  // its name service asks others on the container's behalf
  }
  for (const auto& [label, value] : labels) {
    arguments.emplace_back("--label");
    arguments.push_back(label + "=" + value);
  }
  arguments.push_back(name);
  const RunResult result = call(std::move(arguments), k_network_limit);
  require_success(*this, result, "create the network '" + printable(name) + "'");
}

void ContainerEngine::connect_network(const std::string& network, const std::string& container) const {
  const RunResult result = call({"network", "connect", network, container}, k_network_limit);
  require_success(*this, result, "connect " + container + " to the network '" + printable(network) + "'");
}

std::vector<ListedNetwork> ContainerEngine::list_networks(const std::string& label) const {
  const RunResult listed = call({"network", "ls", "--quiet", "--filter", "label=" + label}, k_network_limit);
  require_success(*this, listed, "list networks");
  std::vector<ListedNetwork> networks;
  for (const std::string& line : inspect({"network"}, "{{.Name}}|{{json .Labels}}", listed.out)) {
    const std::size_t bar = line.find('|');
    if (bar == std::string::npos) continue;
    networks.push_back({line.substr(0, bar), parse_labels(std::string_view(line).substr(bar + 1))});
  }
  return networks;
}

std::vector<NetworkPlace> ContainerEngine::places_of(const std::string& container) const {
  constexpr const char* k_format =
      "{{range $name, $place := .NetworkSettings.Networks}}"
      "{{$name}}|{{$place.IPAddress}}|{{$place.Gateway}}{{println}}{{end}}";
  std::vector<NetworkPlace> places;
  for (const std::string& line : inspect({"container"}, k_format, container)) {
    const std::vector<std::string_view> parts = split(line, '|');
    if (parts.size() != 3) continue;
    places.push_back({std::string(parts[0]), std::string(parts[1]), std::string(parts[2])});
  }
  return places;
}

bool ContainerEngine::remove_network(const std::string& name, Milliseconds limit) const noexcept {
  try {
    return remove({"network", "rm", name}, "the network " + name, limit);
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace milepost
