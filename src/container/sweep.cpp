#include "milepost/container/sweep.hpp"

#include "milepost/container/owner.hpp"

#include <map>
#include <string>

namespace milepost {

namespace {

OwnerState state_of(const std::map<std::string, std::string>& labels) {
  const auto owner = Owner::from_labels(labels);
  return owner ? owner_state(*owner) : OwnerState::unclear;
}

/// Takes what `remove` removes of the one that is named so and belongs to the owner of these labels.
template <class Remove>
void sweep_one(SweepResult& result, const std::string& name, const std::map<std::string, std::string>& labels,
               bool dry_run, Remove remove) {
  switch (state_of(labels)) {
    case OwnerState::alive:
      result.alive.push_back(name);
      break;
    case OwnerState::unclear:
      result.unclear.push_back(name);
      break;
    case OwnerState::dead:
      (dry_run || remove() ? result.removed : result.failed).push_back(name);
      break;
  }
}

}  // namespace

SweepResult sweep(const ContainerEngine& engine, bool dry_run, Milliseconds removal_limit) {
  SweepResult result;
  for (const ListedContainer& container : engine.list_containers("milepost.run"))
    sweep_one(result, container.name, container.labels, dry_run,
              [&] { return engine.remove_container(container.name, removal_limit); });
  // A network goes after the containers in it.
  for (const ListedNetwork& network : engine.list_networks("milepost.run"))
    sweep_one(result, network.name, network.labels, dry_run,
              [&] { return engine.remove_network(network.name, removal_limit); });
  return result;
}

}  // namespace milepost
