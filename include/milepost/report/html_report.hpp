#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace milepost {

/// What the page shows beside the state of the run.
struct HtmlMaterial {
  std::filesystem::path run_directory;                     ///< its prompts and recorded output are read
  const Plan* plan = nullptr;                              ///< for the order of the tasks; null: not shown
  std::function<std::string(const TaskState&)> diff = {};  ///< the patch of a task's commit; empty: none
};

/// The run as one HTML page that loads nothing: timeline, order, costs, every task with prompts, what the
/// agent did, checks and diff. All data stands in inert JSON blocks that the page's own script shows as text;
/// a content security policy lets no other script or style in. What is missing or unreadable in the run's
/// directory is left out; logs, prompts and diffs are bounded each, and together (about 60 MB).
std::string html_report(const RunState& state, const HtmlMaterial& material);

}  // namespace milepost
