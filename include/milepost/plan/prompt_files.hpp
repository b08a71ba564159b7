#pragma once

#include "milepost/plan/plan.hpp"

namespace milepost {

/// Puts the prompts that stand in files of their own behind the tasks that name them (`prompt_file`, relative
/// to the plan's folder). One that cannot be read becomes a diagnostic.
void read_prompt_files(Plan& plan);

}  // namespace milepost
