#pragma once

#include "milepost/plan/plan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// A task's name without its number: "Task 3 (Wave 0): Title", "Task 01-02: Title".
struct GsdTitle {
  std::string label;  ///< "3", "01-02"; empty when it has none
  std::string title;
};
GsdTitle gsd_title_of(std::string_view name);

/// The paths of a list: separated by commas or lines, with or without bullets, back quotes and remarks. Prose
/// is no path.
std::vector<std::string> paths_in(std::string_view text);

/// The top-level bullets of a list; a text without bullets gives one criterion a line.
std::vector<Criterion> criteria_in(std::string_view text);

/// The commands of the `<automated>` elements of a text, in order; `first_line` is the line of the text's
/// first one, counting from 1. What is no command is told.
std::vector<PlanCommand> automated_commands(std::string_view text, std::uint32_t first_line,
                                            std::vector<Diagnostic>& diagnostics);

/// XML entities undone, but only when no raw "&" or "<" is left beside them: then the text is shell.
std::string without_entities(std::string_view text);

}  // namespace milepost::parsing
