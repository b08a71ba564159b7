#include "task_standing.hpp"

namespace milepost {

namespace {

bool was_tampered(const TaskState& task) {
  return task.outcome == Outcome::failed && !task.attempts.empty() &&
         task.attempts.back().end.result == "tampered";
}

}  // namespace

Standing standing_of(const TaskState& task, const RunState& state) {
  switch (task.outcome) {
    case Outcome::completed:
      return Standing::good;
    case Outcome::failed:
      return was_tampered(task) ? Standing::error : Standing::failed;
    case Outcome::needs_human:
    case Outcome::limit:
    case Outcome::infra:
      return Standing::error;
    case Outcome::running:
      return state.ended ? Standing::error : Standing::running;
    case Outcome::pending:
    case Outcome::skipped:
      return Standing::not_run;
  }
  return Standing::error;
}

std::string_view standing_words(const TaskState& task, const RunState& state) {
  switch (task.outcome) {
    case Outcome::completed:
      return "completed";
    case Outcome::failed:
      return was_tampered(task) ? "tampered" : "failed";
    case Outcome::needs_human:
      return "needs a person";
    case Outcome::limit:
      return "stopped by a limit";
    case Outcome::infra:
      return "stopped by the machine";
    case Outcome::running:
      return state.ended ? "cut off" : "running";
    case Outcome::pending:
      return "not run";
    case Outcome::skipped:
      return "skipped";
  }
  return "unknown";
}

}  // namespace milepost
