#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/container/container_spec.hpp"

namespace milepost {

class ContainerEngine;

/// Prints the command that would start the container, with the reason for each of its options (--explain).
void explain_container(const App& app, const ContainerEngine& engine, const ContainerSpec& spec);

}  // namespace milepost
