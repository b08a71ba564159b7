#pragma once

#include "milepost/container/coding_agent_container.hpp"
#include "milepost/workspace/code_folder.hpp"

#include <stop_token>

namespace milepost {

/// Looks from inside the container whether the code folder there is the one that was validated. Throws
/// EnvironmentError when its path leads to another folder by now, or when the engine mounted something else
/// (one that resolves paths on another machine gives an empty folder, in which every check passes).
void check_code_folder_is_mounted(RunningContainer& container, const CodeFolder& folder,
                                  std::stop_token stop);

}  // namespace milepost
