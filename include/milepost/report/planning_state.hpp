#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// How a GSD project stands when a plan of it is done.
struct PlanProgress {
  std::string phase;                        ///< "37", "18.1"
  std::string number;                       ///< "02"
  std::string id;                           ///< "37-02"
  std::size_t done = 0, total = 0;          ///< plans of the phase: with a summary, all
  std::size_t all_done = 0, all_total = 0;  ///< plans of the project
  std::string date;                         ///< "2026-02-01", of the completion
  std::string duration;                     ///< "12min"
  std::size_t tasks = 0, files = 0;         ///< done and changed by the plan
  std::vector<std::string> decisions, requirements;
};

/// A document after an update.
struct UpdatedDocument {
  std::string text;
  std::vector<std::string> notes;  ///< what was not found where it is expected, and so was not updated
};

// Each changes the lines that it knows and keeps every other byte, line ends too. What does not have the
// known form is left alone, with a note. Applied to its own result it changes nothing. Text in code fences is
// no line of the format.

/// STATE.md: the plan and status of the current position, the progress bar, the metric row and counts,
/// decisions, session lines, and the counts of its front matter.
UpdatedDocument update_state_document(std::string_view text, const PlanProgress& progress);

/// ROADMAP.md: the phase's row of the progress table, its "Plans:" line, the check boxes of plan and phase.
UpdatedDocument update_roadmap(std::string_view text, const PlanProgress& progress);

/// REQUIREMENTS.md: the check boxes of the plan's requirements and their rows in the traceability table.
UpdatedDocument update_requirements(std::string_view text, const PlanProgress& progress);

}  // namespace milepost
