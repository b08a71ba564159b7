#pragma once

#include "milepost/base/ids.hpp"
#include "milepost/config/config.hpp"
#include "milepost/plan/plan.hpp"

#include <string>

namespace milepost {

/// A line that finds a task's commit again after a crash.
std::string commit_mark(const RunId& run, const TaskId& task);

/// The commit message of a task after the configured template, with the line that marks the task; the message
/// of the close-out is always "docs(37-02): complete … plan".
std::string commit_message(const Plan& plan, const Task& task, const Config& config, const RunId& run,
                           const std::string& summary);

/// Of a commit that holds nothing of the task but milepost's own documents: "docs(M1): …", with the mark.
std::string documents_message(const Plan& plan, const Task& task, const RunId& run);

}  // namespace milepost
