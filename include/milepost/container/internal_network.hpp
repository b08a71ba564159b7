#pragma once

#include "milepost/container/engine.hpp"

#include <functional>
#include <map>
#include <string>

namespace milepost {

/// Guard of one internal network: exists before the network does, and its destructor removes it on every
/// path. Its containers must be gone by then. Not thread-safe.
class InternalNetwork {
 public:
  /// Creates nothing. Adds the labels of this process as the owner, for the sweep. `on_leftover` is told,
  /// from the destructor, the name of a network that could not be removed.
  InternalNetwork(ContainerEngine engine, std::string name, std::map<std::string, std::string> labels,
                  std::function<void(const std::string& name)> on_leftover);
  ~InternalNetwork();
  InternalNetwork(const InternalNetwork&) = delete;
  InternalNetwork& operator=(const InternalNetwork&) = delete;

  const std::string& name() const { return name_; }
  /// Throws InfraError with the engine's words.
  void create();
  /// True when it is gone. Never throws; takes at most about 6 s.
  bool remove() noexcept;

 private:
  ContainerEngine engine_;
  std::string name_;
  std::map<std::string, std::string> labels_;
  std::function<void(const std::string&)> on_leftover_;
  bool may_exist_ = false;
};

}  // namespace milepost
