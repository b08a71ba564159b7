#pragma once

#include "milepost/workspace/shadow_git.hpp"

#include "safe_git.hpp"
#include "tree_changes.hpp"

#include <vector>

namespace milepost {

/// What differs between two snapshots, without the paths that changed only in the times of `users`, which lie
/// between the two in order.
std::vector<TreeChange> task_changes(const SafeGit& git, const GitPlace& place, const Snapshot& from,
                                     const std::vector<UsersTime>& users, const Snapshot& to);

}  // namespace milepost
