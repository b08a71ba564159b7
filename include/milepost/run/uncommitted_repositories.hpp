#pragma once

#include "milepost/workspace/foreign_repository.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// What is told of repositories inside the code folder that a task made or changed; "" when it did neither,
/// and at most ten of them. `before`: as its first attempt found them; nothing when that is not known any
/// more.
std::string uncommitted_repositories_warning(std::string_view task,
                                             const std::optional<std::vector<ForeignRepository>>& before,
                                             const std::vector<ForeignRepository>& now);

}  // namespace milepost
