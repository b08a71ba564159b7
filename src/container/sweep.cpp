#include "milepost/container/sweep.hpp"

#include "milepost/container/owner.hpp"

namespace milepost {

namespace {

OwnerState state_of(const ListedContainer& container) {
  const auto owner = Owner::from_labels(container.labels);
  return owner ? owner_state(*owner) : OwnerState::unclear;
}

}  // namespace

SweepResult sweep(const ContainerEngine& engine, bool dry_run, Milliseconds removal_limit) {
  SweepResult result;
  for (const ListedContainer& container : engine.list_containers("milepost.run")) {
    switch (state_of(container)) {
      case OwnerState::alive:
        result.alive.push_back(container.name);
        break;
      case OwnerState::unclear:
        result.unclear.push_back(container.name);
        break;
      case OwnerState::dead:
        if (dry_run || engine.remove_container(container.name, removal_limit))
          result.removed.push_back(container.name);
        else
          result.failed.push_back(container.name);
        break;
    }
  }
  return result;
}

}  // namespace milepost
