#include "milepost/run/next_step.hpp"

#include <algorithm>

namespace milepost {

namespace {

bool checks_failed(const AttemptState& attempt) {
  if (!attempt.verified) return false;
  const Verdict verdict = overall(attempt.evidence);
  return verdict == Verdict::failed || verdict == Verdict::infra_error;
}

/// An attempt that used up one of the allowed tries: interrupted ones and questions do not.
bool counts_as_failed(const AttemptState& attempt) {
  return attempt.ended && (attempt.end.outcome == Outcome::failed ||
                           (attempt.end.outcome == Outcome::completed && checks_failed(attempt)));
}

std::string failed_checks(const AttemptState& attempt) {
  std::string text;
  for (const Evidence& evidence : attempt.evidence) {
    if (evidence.verdict != Verdict::failed && evidence.verdict != Verdict::infra_error) continue;
    text += (text.empty() ? "" : "; ") + evidence.command + ": " + evidence.detail;
  }
  return text;
}

/// The first attempt after a start, a reopening or an answer.
AttemptReason opening_reason(const TaskState& task) {
  if (task.attempts.empty() || task.changed) return AttemptReason::first;
  if (!task.answer.empty()) return AttemptReason::answer;
  return counts_as_failed(task.attempts.back()) ? AttemptReason::retry : AttemptReason::resume;
}

Step after_failure(const TaskState& task, const StepPolicy& policy, FinishTask finish) {
  const auto since_start = task.attempts.begin() + static_cast<std::ptrdiff_t>(task.attempts_before_start);
  const auto tries = std::count_if(since_start, task.attempts.end(), counts_as_failed);
  if (tries <= static_cast<std::ptrdiff_t>(policy.retries)) return StartAttempt{AttemptReason::retry};
  finish.detail += tries == 1 ? " (1 attempt)" : " (" + std::to_string(tries) + " attempts)";
  return finish;
}

Step after_verification(const TaskState& task, const AttemptState& last, const StepPolicy& policy) {
  switch (overall(last.evidence)) {
    case Verdict::failed:
      return after_failure(task, policy, {Outcome::failed, "a check failed: " + failed_checks(last)});
    case Verdict::infra_error:
      return after_failure(task, policy, {Outcome::infra, "a check could not run: " + failed_checks(last)});
    case Verdict::not_verified:
    case Verdict::manual:
      if (last.end.result == k_no_result_block) {
        return FinishTask{Outcome::needs_human,
                          "the agent did not say whether the task is done, and there is no check to tell"};
      }
      break;
    case Verdict::passed:
      break;
  }
  if (!task.committed) return CommitWork{};
  return FinishTask{Outcome::completed, last.end.summary};
}

bool over_budget(const RunState& run, const StepPolicy& policy) {
  return policy.budget_usd && run.usage().cost_usd.value_or(0) >= *policy.budget_usd;
}

Step decide(const TaskState& task, const StepPolicy& policy) {
  if (task.attempts.size() <= task.attempts_before_start) return StartAttempt{opening_reason(task)};
  const AttemptState& last = task.attempts.back();
  if (!last.ended) {
    // An answer that the interrupted attempt was to take is given again.
    return StartAttempt{task.answer.empty() ? AttemptReason::resume : AttemptReason::answer};
  }
  switch (last.end.outcome) {
    case Outcome::completed:
      if (!last.verified) return VerifyWork{};
      return after_verification(task, last, policy);
    case Outcome::failed:
      if (last.end.result == k_tampered) return FinishTask{Outcome::failed, last.end.detail};
      return after_failure(task, policy, {Outcome::failed, last.end.detail});
    default:
      return FinishTask{last.end.outcome, last.end.detail};
  }
}

}  // namespace

Step next_step(const TaskState& task, const RunState& run, const StepPolicy& policy) {
  Step step = decide(task, policy);
  if (std::holds_alternative<StartAttempt>(step) && over_budget(run, policy)) {
    return FinishTask{Outcome::limit, "the run's budget is used up"};
  }
  return step;
}

}  // namespace milepost
