#pragma once

#include "milepost/container/engine.hpp"

#include <string>
#include <vector>

namespace milepost {

/// `--ulimit` words that Podman needs: its own defaults are above what a container on a nested machine may
/// have, and raising a limit fails the start. Empty for Docker, whose daemon sets them.
std::vector<std::string> resource_limit_arguments(const ContainerEngine& engine);

}  // namespace milepost
