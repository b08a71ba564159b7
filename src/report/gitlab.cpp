#include "milepost/report/gitlab.hpp"

#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"

#include "text_stream.hpp"

#include <variant>

namespace milepost {

namespace {

/// In seconds.
std::string epoch(const std::string& utc) {
  return std::to_string(unix_milliseconds(utc) / 1000);
}

}  // namespace

void GitlabSections::on_run_event(const RunEvent& event, const RunState& state) {
  const auto* started = std::get_if<TaskStarted>(&event.record);
  const bool ends =
      std::holds_alternative<TaskFinished>(event.record) || std::holds_alternative<RunEnded>(event.record);
  if (!open_.empty() && (started || ends)) {
    mark("section_end", event.time, "");
    open_.clear();
  }
  const TaskState* task = started ? state.find(started->task) : nullptr;
  if (!task) return;
  open_ = "task_" + file_name_of(task->planned.id.value);
  mark("section_start", event.time,
       one_line("Task " + task->planned.id.value + "  " + task->planned.title, 200));
}

/// The form is that of GitLab's "Custom collapsible sections".
void GitlabSections::mark(const char* what, const std::string& time, const std::string& heading) {
  const std::string option = heading.empty() ? "" : "[collapsed=true]";
  write_or_ignore(stream_, std::string("\x1b[0K") + what + ":" + epoch(time) + ":" + open_ + option +
                               "\r\x1b[0K" + heading + "\n");
}

}  // namespace milepost
