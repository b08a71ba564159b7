#pragma once

#include "milepost/cli/app.hpp"

#include <functional>
#include <string>

namespace milepost {

/// Gives the patch of a task's commit, bounded; an empty text when there is none or git cannot tell.
std::function<std::string(const TaskState&)> commit_diffs(const App& app);

}  // namespace milepost
