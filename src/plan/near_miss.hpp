#pragma once

#include "milepost/plan/diagnostic.hpp"

#include "source_text.hpp"
#include "task_outline.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// Warns of headings that look like tasks and are none, so that no task is lost in silence.
void warn_of_near_misses(const SourceText& source, const TaskOutline& outline, std::uint32_t first,
                         std::vector<Diagnostic>& diagnostics);

/// Whether a heading's text is meant as a task by its form and has nothing that can be an id: "Task A: T",
/// "Task: T", "Task #1.8: T"; not "Task Summary" or "Task list: …".
bool lacks_task_id(std::string_view text);

}  // namespace milepost::parsing
