#pragma once

#include "milepost/plan/plan.hpp"

#include <filesystem>

namespace milepost {

/// Puts the prompts that stand in files of their own behind the tasks that name them (`prompt_file`, relative
/// to the plan's folder). The agent gets to know them, so each must lie in `boundary`, an absolute path
/// without links in which the plan's folder lies, and be reached without a symbolic link. One that cannot be
/// read becomes a diagnostic.
void read_prompt_files(Plan& plan, const std::filesystem::path& boundary);

}  // namespace milepost
