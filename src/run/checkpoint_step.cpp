#include "milepost/run/checkpoint.hpp"

#include "step_rules.hpp"

namespace milepost {

namespace {

/// Whether what the agent was last told to mend is done, verified and committed: it is the person's turn.
bool settled(const TaskState& task) {
  if (task.attempts.empty()) return true;
  const AttemptState& last = task.attempts.back();
  return last.ended && last.end.outcome == Outcome::completed && last.verified && !checks_failed(last) &&
         task.committed;
}

FinishTask ask(const TaskState& task, const Checkpoint& checkpoint) {
  Question question = checkpoint_question(checkpoint);
  if (!task.attempts.empty())
    question.text = "What you found wrong was worked on: " + task.summary() + "\n\n" + question.text;
  return {Outcome::needs_human, "a person is asked", std::move(question)};
}

}  // namespace

Step checkpoint_step(const TaskState& task, const StepPolicy& policy) {
  if (!settled(task)) return work_step(task, policy);
  const Checkpoint& checkpoint = *policy.checkpoint;
  if (task.answer.empty()) {
    if (policy.automatic_pass.empty() || !task.attempts.empty()) return ask(task, checkpoint);
    return FinishTask{Outcome::completed, policy.automatic_pass, checkpoint_question(checkpoint)};
  }
  const CheckpointAnswer answer = read_checkpoint_answer(checkpoint, task.answer);
  if (answer.passes) return FinishTask{Outcome::completed, answer.text};
  return StartAttempt{AttemptReason::answer};
}

}  // namespace milepost
