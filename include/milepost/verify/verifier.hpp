#pragma once

#include "milepost/base/secret_mask.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/verify/evidence.hpp"

#include <cstddef>
#include <functional>
#include <stop_token>
#include <vector>

namespace milepost {

/// Runs the commands one after the other in the container, all of them even when one fails, each to the death
/// of its whole tree. 126, 127, a timeout, a lost container and an out-of-memory kill are infra_error, any
/// other exit but 0 is failed. `environment`: "NAME=value" for every command. `mask` is applied to their
/// output before anything is kept. `on_start` hears the place of each command before it is run. Throws
/// Stopped when `stop` is requested.
std::vector<Evidence> verify(RunningContainer& container, const std::vector<VerifyCommand>& commands,
                             const std::vector<std::string>& environment, Milliseconds timeout,
                             const SecretMask& mask, std::stop_token stop,
                             const std::function<void(std::size_t)>& on_start = {});

}  // namespace milepost
