#include "milepost/run/next_step.hpp"

#include "milepost/verify/override.hpp"

#include "step_rules.hpp"

#include <algorithm>

namespace milepost {

bool checks_failed(const AttemptState& attempt) {
  if (!attempt.verified) return false;
  const Verdict verdict = overall(attempt.evidence);
  return verdict == Verdict::failed || verdict == Verdict::infra_error;
}

std::string failed_checks(const AttemptState& attempt) {
  std::string text;
  for (const Evidence& evidence : attempt.evidence) {
    if (evidence.verdict != Verdict::failed && evidence.verdict != Verdict::infra_error) continue;
    text += (text.empty() ? "" : "; ") + evidence.command + ": " + evidence.detail;
  }
  return text;
}

namespace {

/// An attempt that used up one of the allowed tries: interrupted ones and questions do not.
bool counts_as_failed(const AttemptState& attempt) {
  return attempt.ended && (attempt.end.outcome == Outcome::failed ||
                           (attempt.end.outcome == Outcome::completed && checks_failed(attempt)));
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
    case Verdict::overridden:
      break;
  }
  if (!task.committed) return CommitWork{};
  return FinishTask{Outcome::completed, last.end.summary};
}

/// Which budget is used up; empty: none.
std::string used_up(const TaskState& task, const RunState& run, const StepPolicy& policy) {
  if (policy.budget_usd && run.usage().cost_usd.value_or(0) >= *policy.budget_usd)
    return "the run's budget is used up";
  const Usage usage = task.usage();
  if (policy.task_budget_usd && usage.cost_usd.value_or(0) >= *policy.task_budget_usd)
    return "the task's budget is used up";
  const std::uint64_t tokens = usage.input_tokens.value_or(0) + usage.output_tokens.value_or(0);
  if (policy.task_budget_tokens && tokens >= static_cast<std::uint64_t>(*policy.task_budget_tokens))
    return "the task's token budget is used up";
  return {};
}

Step within_budget(Step step, const TaskState& task, const RunState& run, const StepPolicy& policy) {
  const auto* start = std::get_if<StartAttempt>(&step);
  if (!start || start->reason == AttemptReason::check) return step;  // checks cost nothing
  if (const std::string budget = used_up(task, run, policy); !budget.empty())
    return FinishTask{Outcome::limit, budget};
  return step;
}

Step decide(const TaskState& task, const StepPolicy& policy) {
  switch (policy.workflow) {
    case Workflow::work:
      return work_step(task, policy);
    case Workflow::checkpoint:
      return checkpoint_step(task, policy);
    case Workflow::scenario:
      return scenario_step(task, policy);
    case Workflow::checks_first:
      return checks_first_step(task, policy);
  }
  return work_step(task, policy);
}

}  // namespace

Step work_step(const TaskState& task, const StepPolicy& policy) {
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

AttemptReason role_of(const TaskState& task, std::size_t index) {
  for (std::size_t i = index + 1; i-- > 0;) {
    switch (task.attempts[i].reason) {
      case AttemptReason::fix:
        return AttemptReason::fix;
      case AttemptReason::check:
        return AttemptReason::check;
      case AttemptReason::first:
      case AttemptReason::again:
        return AttemptReason::first;
      case AttemptReason::retry:
      case AttemptReason::answer:
      case AttemptReason::resume:
        break;
    }
  }
  return AttemptReason::first;
}

Step next_step(const TaskState& task, const RunState& run, const StepPolicy& policy) {
  if (run.overrides.empty()) return within_budget(decide(task, policy), task, run, policy);
  TaskState judged = task;
  for (AttemptState& attempt : judged.attempts)
    attempt.evidence = apply_overrides(std::move(attempt.evidence), run.overrides);
  return within_budget(decide(judged, policy), judged, run, policy);
}

}  // namespace milepost
