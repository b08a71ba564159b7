#pragma once

#include "safe_git.hpp"

#include <set>
#include <string>
#include <vector>

namespace milepost {

/// Those of the paths that the rules in the place's work tree ignore. With `but_tracked` what the place's
/// index holds is not ignored, as in git itself.
std::set<std::string> ignored_paths(const SafeGit& git, const GitPlace& place,
                                    const std::vector<std::string>& paths, bool but_tracked);

}  // namespace milepost
