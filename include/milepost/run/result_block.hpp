#pragma once

#include "milepost/state/run_event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// What the agent says of its own work, in the fenced `milepost` block at the end of its answer.
struct ResultBlock {
  enum class Status { completed, needs_human, failed };
  Status status = Status::completed;
  std::string summary;
  std::optional<Question> question;
  std::vector<std::string> decisions;
  std::string next_task_notes;
  std::optional<ScenarioResult> scenario;  ///< "e2e": how an end-to-end scenario went
  WorkNotes notes = {};
};

/// The last fenced `milepost` block of a text (JSON), or else the older line markers (`STATUS: needs_human`,
/// `QUESTION:`, `OPTIONS:`, `RECOMMENDATION:`, and of a scenario `E2E_STATUS:`, `DIAGNOSIS:`, `FIXABLE:`,
/// `FIX_PLAN:`). Nothing when there is neither, or the block is broken;
/// `problem` then says which.
std::optional<ResultBlock> find_result_block(std::string_view text, std::string& problem);

}  // namespace milepost
