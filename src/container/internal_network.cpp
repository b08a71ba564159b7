#include "milepost/container/internal_network.hpp"

#include "milepost/base/log.hpp"
#include "milepost/container/owner.hpp"

#include <utility>

namespace milepost {

namespace {

constexpr Milliseconds k_removal_limit = std::chrono::seconds(6);

}  // namespace

InternalNetwork::InternalNetwork(ContainerEngine engine, std::string name,
                                 std::map<std::string, std::string> labels,
                                 std::function<void(const std::string& name)> on_leftover)
    : engine_(std::move(engine)),
      name_(std::move(name)),
      labels_(std::move(labels)),
      on_leftover_(std::move(on_leftover)) {
  labels_.merge(Owner::of_this_process().to_labels());
  labels_.emplace("milepost.run", name_);
}

InternalNetwork::~InternalNetwork() {
  if (remove()) return;
  try {
    log::error("the network " + name_ + " could not be removed");
    if (on_leftover_) on_leftover_(name_);
  } catch (const std::exception&) {
    // A destructor has nobody left to tell.
  }
}

void InternalNetwork::create() {
  may_exist_ = true;
  engine_.create_internal_network(name_, labels_);
}

bool InternalNetwork::remove() noexcept {
  if (may_exist_ && engine_.remove_network(name_, k_removal_limit)) may_exist_ = false;
  return !may_exist_;
}

}  // namespace milepost
