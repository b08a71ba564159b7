#include "milepost/state/run_event.hpp"

#include <array>
#include <utility>

namespace milepost {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::pending:
      return "pending";
    case Outcome::running:
      return "running";
    case Outcome::completed:
      return "completed";
    case Outcome::failed:
      return "failed";
    case Outcome::needs_human:
      return "needs_human";
    case Outcome::limit:
      return "limit";
    case Outcome::infra:
      return "infra";
    case Outcome::skipped:
      return "skipped";
  }
  return "pending";
}

std::string_view to_string(AttemptReason reason) {
  switch (reason) {
    case AttemptReason::first:
      return "first";
    case AttemptReason::retry:
      return "retry";
    case AttemptReason::answer:
      return "answer";
    case AttemptReason::resume:
      return "resume";
    case AttemptReason::check:
      return "check";
    case AttemptReason::fix:
      return "fix";
    case AttemptReason::again:
      return "again";
    case AttemptReason::failover:
      return "failover";
  }
  return "first";
}

std::string_view to_string(ScenarioStatus status) {
  switch (status) {
    case ScenarioStatus::passed:
      return "passed";
    case ScenarioStatus::failed:
      return "failed";
    case ScenarioStatus::unclear:
      return "unclear";
  }
  return "unclear";
}

std::string_view event_name(const RunRecord& record) {
  constexpr std::array<std::string_view, std::variant_size_v<RunRecord>> names = {
      "run_started",      "run_resumed",     "container_starting", "container_stopped",
      "task_started",     "attempt_started", "session_known",      "attempt_ended",
      "verified",         "committed",       "task_finished",      "question_answered",
      "check_overridden", "warned",          "run_ended",          "egress_starting",
      "egress_stopped",   "task_waiting",    "check_started",      "review_started",
      "attempt_stopped"};
  return names[record.index()];
}

}  // namespace milepost
