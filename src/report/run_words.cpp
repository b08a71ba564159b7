#include "run_words.hpp"

namespace milepost {

const char* why_again(AttemptReason reason) {
  switch (reason) {
    case AttemptReason::retry:
      return "with what went wrong";
    case AttemptReason::answer:
      return "with the answer";
    case AttemptReason::fix:
      return "to mend what failed";
    case AttemptReason::again:
      return "the scenario once more";
    case AttemptReason::failover:
      return "another harness takes over";
    default:
      return "going on after a stop";
  }
}

std::string outcome_words(Outcome outcome) {
  switch (outcome) {
    case Outcome::failed:
      return "failed";
    case Outcome::limit:
      return "stopped by a limit";
    case Outcome::infra:
      return "stopped by the machine";
    case Outcome::needs_human:
      return "needs a person";
    default:
      return std::string(to_string(outcome));
  }
}

std::string ending(ExitCode code) {
  switch (code) {
    case ExitCode::ok:
      return "completed";
    case ExitCode::failed:
      return "failed";
    case ExitCode::needs_human:
      return "waits for a person";
    case ExitCode::limit:
      return "stopped by a limit";
    case ExitCode::infra:
      return "stopped by the machine";
    case ExitCode::cleanup_failed:
      return "ended, but a container may remain";
    case ExitCode::tampered:
      return "stopped: the agent touched what it must not";
    case ExitCode::hangup:
    case ExitCode::interrupt:
    case ExitCode::terminated:
      return "stopped on request";
    default:
      return "stopped (" + std::string(name_of(code)) + ")";
  }
}

}  // namespace milepost
