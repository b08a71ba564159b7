#pragma once

#include "milepost/plan/diagnostic.hpp"

#include "fences.hpp"
#include "task_heading.hpp"

#include <cstdint>
#include <vector>

namespace milepost::parsing {

/// Where the tasks of a Markdown plan begin, and the reading of the fences that says so.
struct TaskOutline {
  FenceReading fences;
  std::uint32_t level = 0;           ///< of the task headings; 0 when there is none
  std::vector<std::uint32_t> lines;  ///< of the task headings, in order; struck-out ones are among them
};

/// Chooses between the nested and the flat reading of the fences: nested, unless only that one leaves a fence
/// open. When both do, the open fence ends before the heading that continues the task ids. Warns when the two
/// readings give different tasks, and when a fence stays open.
TaskOutline outline_of(const SourceText& source, std::uint32_t first_line,
                       std::vector<Diagnostic>& diagnostics);

}  // namespace milepost::parsing
