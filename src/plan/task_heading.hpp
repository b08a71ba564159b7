#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace milepost::parsing {

/// What a heading such as "✅ Task 3.1 (REVISED): Title" says.
struct TaskHeading {
  std::string id;
  std::string title;        ///< cleaned of emphasis and of trailing status marks
  std::string status_hint;  ///< "completed", "revised"…; may be empty
  bool struck = false;      ///< struck out: not a task any more
};

/// Why a heading that begins like a task is none.
enum class TaskHeadingMiss { none, no_separator, range, id_too_long };

struct TaskHeadingMatch {
  std::optional<TaskHeading> heading;
  TaskHeadingMiss miss = TaskHeadingMiss::none;
};

/// Reads the text of a heading (without "##"), in time linear in its length:
/// marks, a section number, marks, "task", an id, a remark in parentheses, one of ": — – -", the title.
TaskHeadingMatch match_task_heading(std::string_view text);

/// The length of the task id ("3.10", "5b.1", "A.1", "M4.1") at the start of `text`; 0 when there is none.
std::size_t task_id_length(std::string_view text);

/// Whether `next` follows `previous` in a plan's numbering: 3.4 → 3.5, 4.1 → 4.1b, 4.1b → 4.2.
bool continues_ids(std::string_view previous, std::string_view next);

/// A heading's text without pairs of "**" and "~~" outside back quotes; `open_bold` and `open_strike` say
/// that a mark before `text` is still open. A text of more than 4 KiB is only
/// trimmed.
std::string without_emphasis(std::string_view text, bool open_bold = false, bool open_strike = false);

}  // namespace milepost::parsing
