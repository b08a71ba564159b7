#include "failure_step.hpp"
#include "step_rules.hpp"

#include <string>

namespace milepost {

namespace {

/// Fix attempts that came to an end, over the whole life of the run.
unsigned fixes_used(const TaskState& task) {
  unsigned used = 0;
  for (std::size_t i = 0; i < task.attempts.size(); ++i) {
    const AttemptState& attempt = task.attempts[i];
    if (role_of(task, i) == AttemptReason::fix && attempt.ended && attempt.end.outcome != Outcome::infra &&
        attempt.end.outcome != Outcome::limit)
      ++used;
  }
  return used;
}

Step fix_or(const TaskState& task, const StepPolicy& policy, FinishTask finish) {
  const unsigned used = fixes_used(task);
  if (used < policy.fix_attempts) return StartAttempt{AttemptReason::fix};
  if (used > 0)
    finish.detail += " (after " + std::to_string(used) + (used == 1 ? " fix attempt)" : " fix attempts)");
  return finish;
}

FinishTask failed_verification(const AttemptState& attempt) {
  if (overall(attempt.evidence) == Verdict::failed)
    return {Outcome::failed, "a check failed: " + failed_checks(attempt)};
  return {Outcome::infra, "a check could not run: " + failed_checks(attempt)};
}

bool new_start(const TaskState& task) {
  return task.attempts.size() <= task.attempts_before_start;
}

/// What an attempt that did not come to its end is followed by.
AttemptReason going_on(const TaskState& task, AttemptReason run_again) {
  if (!task.answer.empty()) return AttemptReason::answer;
  return role_of(task, task.attempts.size() - 1) == AttemptReason::fix ? AttemptReason::fix : run_again;
}

Step finish_verified(const TaskState& task) {
  if (!task.committed) return CommitWork{};
  return FinishTask{Outcome::completed, task.attempts.back().end.summary};
}

/// After the agent has run the scenario.
Step after_run(const TaskState& task, const AttemptState& last, const StepPolicy& policy) {
  if (!last.end.scenario || last.end.scenario->status == ScenarioStatus::unclear) {
    const std::string why = last.end.scenario && !last.end.scenario->diagnosis.empty()
                                ? last.end.scenario->diagnosis
                                : "the agent could not tell whether the scenario passes";
    return FinishTask{Outcome::needs_human, why,
                      Question{why + "\n\nHow shall the scenario be judged, or what is missing?", {}, {}}};
  }
  const ScenarioResult& scenario = *last.end.scenario;
  if (scenario.status == ScenarioStatus::failed) {
    const FinishTask finish{Outcome::failed, "the scenario failed: " + scenario.diagnosis};
    return scenario.fixable ? fix_or(task, policy, finish) : Step(finish);
  }
  if (!last.verified) return VerifyWork{};
  return checks_failed(last) ? fix_or(task, policy, failed_verification(last)) : finish_verified(task);
}

}  // namespace

Step scenario_step(const TaskState& task, const StepPolicy& policy) {
  if (task.attempts.empty() || task.changed) return StartAttempt{AttemptReason::first};
  const AttemptState& last = task.attempts.back();
  if (!last.ended) return StartAttempt{going_on(task, AttemptReason::again)};
  // A resume runs the scenario again first: the user may have mended it.
  if (new_start(task))
    return StartAttempt{task.answer.empty() ? AttemptReason::again : AttemptReason::answer};
  const bool fixing = role_of(task, task.attempts.size() - 1) == AttemptReason::fix;
  if (auto step = after_breakdown(task, policy, going_on(task, AttemptReason::again))) return *step;
  switch (last.end.outcome) {
    case Outcome::completed:
      return fixing ? StartAttempt{AttemptReason::again} : after_run(task, last, policy);
    case Outcome::failed:
      if (last.end.result == k_tampered || !fixing) return FinishTask{Outcome::failed, last.end.detail};
      return fix_or(task, policy, {Outcome::failed, last.end.detail});
    default:
      return FinishTask{last.end.outcome, last.end.detail};
  }
}

Step checks_first_step(const TaskState& task, const StepPolicy& policy) {
  if (task.attempts.empty() || task.changed) return StartAttempt{AttemptReason::check};
  const AttemptState& last = task.attempts.back();
  if (!last.ended) return StartAttempt{going_on(task, AttemptReason::check)};
  if (new_start(task))
    return StartAttempt{task.answer.empty() ? AttemptReason::check : AttemptReason::answer};
  if (auto step = after_breakdown(task, policy, going_on(task, AttemptReason::check))) return *step;
  switch (last.end.outcome) {
    case Outcome::completed:
      if (!last.verified) return VerifyWork{};
      return checks_failed(last) ? fix_or(task, policy, failed_verification(last)) : finish_verified(task);
    case Outcome::failed:
      if (last.end.result == k_tampered) return FinishTask{Outcome::failed, last.end.detail};
      return fix_or(task, policy, {Outcome::failed, last.end.detail});
    default:
      return FinishTask{last.end.outcome, last.end.detail};
  }
}

}  // namespace milepost
