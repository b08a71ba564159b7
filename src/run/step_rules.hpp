#pragma once

#include "milepost/run/next_step.hpp"

namespace milepost {

// What the workflows share; see next_step.hpp.

bool checks_failed(const AttemptState& attempt);

/// "make test: exit 2; …": the checks that did not pass.
std::string failed_checks(const AttemptState& attempt);

/// An attempt that used up one of the allowed tries: interrupted ones and questions do not.
bool counts_as_failed(const AttemptState& attempt);

/// The workflows.
Step work_step(const TaskState& task, const StepPolicy& policy);
Step checkpoint_step(const TaskState& task, const StepPolicy& policy);
Step scenario_step(const TaskState& task, const StepPolicy& policy);
Step checks_first_step(const TaskState& task, const StepPolicy& policy);

}  // namespace milepost
