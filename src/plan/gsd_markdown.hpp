#pragma once

#include "milepost/plan/plan.hpp"

#include "source_text.hpp"

#include <string>
#include <vector>

namespace milepost::parsing {

/// The tasks of a GSD plan that has no `<task>`: those below Markdown headings such as "### Task 1: Title",
/// also inside `<tasks>`.
std::vector<Task> read_gsd_markdown_tasks(const SourceText& source, std::uint32_t first_line,
                                          const std::string& plan_id, std::vector<Diagnostic>& diagnostics);

}  // namespace milepost::parsing
