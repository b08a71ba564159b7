#pragma once

#include "milepost/base/time.hpp"
#include "milepost/process/process.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

enum class EngineKind { docker, podman };

struct ListedContainer {
  std::string name;
  std::string state;  ///< "running", "created", "exited"…
  std::map<std::string, std::string> labels;
};

struct ListedVolume {
  std::string name;
  std::map<std::string, std::string> labels;
};

struct ListedNetwork {
  std::string name;
  std::map<std::string, std::string> labels;
};

/// A container's place in one of its networks.
struct NetworkPlace {
  std::string network;
  std::string address;  ///< IPv4
  std::string gateway;  ///< may be empty
};

/// A container engine behind its own command-line client (docker or podman). Holds no connection; every call
/// is one client process. All calls block, may be made from any thread, and throw InfraError with the
/// client's own words when the engine fails.
class ContainerEngine {
 public:
  /// `preferred`: "docker", "podman", a path to a client, or "" for the first that answers. Throws
  /// EnvironmentError saying what was tried and how to start or install an engine, also for an engine on
  /// another machine: it cannot mount folders of this one. An engine that does not answer within the limit
  /// (half of it where there are two to ask) counts as silent.
  static ContainerEngine find(const std::string& preferred,
                              Milliseconds answer_limit = std::chrono::seconds(8));
  /// The engine that find() asks first, not asked yet; nothing when there is no client. A question to it
  /// waits no longer than find() does.
  static std::optional<ContainerEngine> likely(const std::string& preferred);
  /// A client at a known path; for tests with a scripted engine.
  ContainerEngine(EngineKind kind, std::filesystem::path client);

  EngineKind kind() const { return kind_; }
  std::string name() const;  ///< "docker" or "podman"
  const std::filesystem::path& client() const { return client_; }

  /// The server's version, e.g. "20.10.24"; throws EnvironmentError within 10 s when the engine does not
  /// answer.
  std::string server_version() const;
  /// The engine runs as the invoking user, whose files belong to uid 0 of its containers (Docker) or to the
  /// same uid by `--userns keep-id` (Podman).
  bool rootless() const { return rootless_; }
  /// Which limits a rootless engine cannot hold on this machine ("memory and processes"), because the control
  /// groups for them are not the user's; empty: none of these, or it does not say.
  std::string limits_not_held() const;
  /// What --add-host takes for the host's address: "host-gateway", or an IP address where the engine does not
  /// know that word. Empty when there is none.
  std::string host_gateway() const;

  bool image_exists(const std::string& image) const;
  std::optional<std::string> image_id(const std::string& image) const;
  /// Builds an image; each line of the client's output goes to the diagnostics log and to `on_line`. Throws
  /// InfraError with the last lines, Stopped.
  void build_image(const std::string& tag, const std::filesystem::path& context,
                   const std::map<std::string, std::string>& build_arguments,
                   const std::function<void(std::string_view line)>& on_line, std::stop_token stop) const;

  bool volume_exists(const std::string& name) const;
  void create_volume(const std::string& name, const std::map<std::string, std::string>& labels) const;
  void remove_volume(const std::string& name) const;  ///< one that does not exist is fine
  std::vector<ListedVolume> list_volumes(const std::string& label) const;

  /// A network whose containers reach one another and nothing else: no route, no address of this machine on
  /// it, no name service that asks others.
  void create_internal_network(const std::string& name,
                               const std::map<std::string, std::string>& labels) const;
  void connect_network(const std::string& network, const std::string& container) const;
  std::vector<ListedNetwork> list_networks(const std::string& label) const;
  std::vector<NetworkPlace> places_of(const std::string& container) const;
  /// With retries, at most `limit` in all; true when the network is gone (also when there was none). Never
  /// throws.
  bool remove_network(const std::string& name, Milliseconds limit) const noexcept;

  /// Containers in any state with this label ("milepost.run" or "milepost.run=ID").
  std::vector<ListedContainer> list_containers(const std::string& label) const;
  /// The names of the containers in any state that mount this volume.
  std::vector<std::string> containers_with_volume(const std::string& volume) const;
  /// rm -f with retries, at most `limit` in all; true when the container is gone (also when there was none).
  /// Never throws.
  bool remove_container(const std::string& name, Milliseconds limit) const noexcept;

 private:
  bool remove(const std::vector<std::string>& arguments, const std::string& what,
              Milliseconds limit) const noexcept;
  RunResult call(std::vector<std::string> arguments, Milliseconds limit, std::stop_token stop = {}) const;
  std::vector<std::string> inspect(const std::vector<std::string>& object, const std::string& format,
                                   const std::string& ids) const;
  EngineKind kind_;
  std::filesystem::path client_;
  std::string version_;  ///< of the server, once find() has asked; else empty
  bool rootless_ = false;
  Milliseconds query_limit_ = std::chrono::seconds(20);
};

}  // namespace milepost
