#include "milepost/run/next_step.hpp"

#include "milepost/run/budget_rules.hpp"
#include "milepost/verify/override.hpp"

#include "failure_fingerprint.hpp"
#include "failure_step.hpp"
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

bool counts_as_failed(const AttemptState& attempt) {
  return attempt.ended && (attempt.end.outcome == Outcome::failed ||
                           (attempt.end.outcome == Outcome::completed && checks_failed(attempt)));
}

namespace {

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

/// The harness of the task's next attempt when nothing else decides it: its own last one, else the one that
/// the run went over to in this session, else the first.
std::string usual_harness(const TaskState& task, const RunState& run, const StepPolicy& policy) {
  const auto is_listed = [&](const std::string& name) {
    return std::ranges::find(policy.harnesses, name) != policy.harnesses.end();
  };
  if (task.attempts.size() > task.attempts_before_start && is_listed(task.attempts.back().harness))
    return task.attempts.back().harness;
  if (is_listed(policy.wanted_harness)) return policy.wanted_harness;
  const AttemptState* newest = nullptr;
  for (const TaskState& other : run.tasks) {
    if (other.attempts.empty() || other.attempts.back().run_session != run.sessions) continue;
    const AttemptState& last = other.attempts.back();
    if (!newest || last.started_at >= newest->started_at) newest = &last;
  }
  if (newest && is_listed(newest->harness)) return newest->harness;
  return policy.harnesses.empty() ? std::string() : policy.harnesses.front();
}

/// What the newest failure of a task amounts to.
FinishTask failure_of(const TaskState& task) {
  const auto failed =
      std::find_if(task.attempts.rbegin(), task.attempts.rend(),
                   [](const AttemptState& attempt) { return !failure_fingerprint(attempt).empty(); });
  if (failed->end.scenario)
    return {Outcome::failed, "the scenario failed: " + failed->end.scenario->diagnosis};
  if (!checks_failed(*failed)) return {Outcome::failed, failed->end.detail};
  if (overall(failed->evidence) == Verdict::infra_error)
    return {Outcome::infra, "a check could not run: " + failed_checks(*failed)};
  return {Outcome::failed, "a check failed: " + failed_checks(*failed)};
}

/// What keeps a task from another attempt.
std::optional<FinishTask> stopped_before(const StartAttempt& start, const TaskState& task,
                                         const RunState& run, const StepPolicy& policy) {
  if (start.reason == AttemptReason::check) return std::nullopt;  // checks cost nothing
  if (const std::string part = used_up(policy.run_budget, spent_of(run)); !part.empty())
    return FinishTask{Outcome::limit, "the run's budget is used up: " + part};
  if (const std::string part = used_up(policy.task_budget, spent_of(task)); !part.empty())
    return FinishTask{Outcome::limit, "the task's budget is used up: " + part};
  const bool repeats = start.reason == AttemptReason::retry || start.reason == AttemptReason::fix;
  if (!repeats || policy.same_failures == 0) return std::nullopt;
  const unsigned same = same_failures_in_a_row(task);
  if (same < policy.same_failures || same < 1) return std::nullopt;
  FinishTask finish = failure_of(task);
  finish.detail += " (" + std::to_string(same) + " attempts, the same failure each time)";
  return finish;
}

/// A start of the workflow, with what it leaves open filled in and within the limits.
Step completed_start(Step step, const TaskState& task, const RunState& run, const StepPolicy& policy) {
  auto* start = std::get_if<StartAttempt>(&step);
  if (!start) return step;
  if (start->harness.empty()) start->harness = usual_harness(task, run, policy);
  if (const auto finish = stopped_before(*start, task, run, policy)) return *finish;
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
  if (auto step = after_breakdown(task, policy, AttemptReason::retry)) return *step;
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
      case AttemptReason::failover:
        break;
    }
  }
  return AttemptReason::first;
}

Step next_step(const TaskState& task, const RunState& run, const StepPolicy& policy) {
  if (run.overrides.empty()) return completed_start(decide(task, policy), task, run, policy);
  TaskState judged = task;
  for (AttemptState& attempt : judged.attempts)
    attempt.evidence = apply_overrides(std::move(attempt.evidence), run.overrides);
  return completed_start(decide(judged, policy), judged, run, policy);
}

}  // namespace milepost
