#pragma once

#include "milepost/plan/plan.hpp"

#include <string>
#include <string_view>

namespace milepost::parsing {

struct TaskType {
  TaskKind kind = TaskKind::coding;
  std::string text;  ///< as written, without emphasis and back quotes
};

/// The value of a "Type:" field: its first upper-case word decides.
TaskType task_type_of(std::string_view value);

/// A type at the end of a title, "Add the command (CODING)"; the text is empty when there is none.
TaskType task_type_in_title(std::string_view title);

/// The first word of at least two upper-case letters: "MIXED" in "MIXED (research + coding)"; may be empty.
std::string_view type_word(std::string_view text);

}  // namespace milepost::parsing
