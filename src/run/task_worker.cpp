#include "milepost/run/task_worker.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/harness/usage.hpp"
#include "milepost/run/prompt.hpp"

#include <csignal>

namespace milepost {

namespace {

/// One task on its way to an outcome. Nothing is remembered here that the journal does not hold.
class Worker {
 public:
  Worker(const WorkPlan& work, const Task& task, TaskRunner& runner, Recorder& recorder, std::stop_token stop)
      : work_(work), task_(task), runner_(runner), recorder_(recorder), stop_(std::move(stop)) {}

  Outcome run() {
    if (state().find(task_.id)->outcome != Outcome::running) recorder_.record(TaskStarted{task_.id});
    while (true) {
      const RunState now = state();
      const Step step = next_step(*now.find(task_.id), now, work_.policy);
      if (const auto* start = std::get_if<StartAttempt>(&step)) attempt(now, start->reason);
      if (std::holds_alternative<VerifyWork>(step)) verify(now);
      if (std::holds_alternative<CommitWork>(step)) commit(now);
      if (const auto* finish = std::get_if<FinishTask>(&step)) {
        recorder_.record(TaskFinished{task_.id, finish->outcome, finish->detail});
        return finish->outcome;
      }
    }
  }

 private:
  RunState state() const { return recorder_.state(); }

  void attempt(const RunState& now, AttemptReason reason) {
    const TaskState& task = *now.find(task_.id);
    AttemptRequest request = make_request(now, task, reason);
    // Every attempt has a snapshot of its own, so that each one can be undone.
    request.snapshot = runner_.snapshot(task_, request.attempt);
    AttemptStarted started{task_.id,           request.attempt,  reason,
                           request.session_id, request.snapshot, request.log_directory};
    recorder_.record(started);
    AttemptEnded ended = runner_.attempt(task_, request, recorder_, stop_);
    ended.task = task_.id;
    ended.attempt = request.attempt;
    recorder_.record(std::move(ended));
  }

  AttemptRequest make_request(const RunState& now, const TaskState& task, AttemptReason reason) {
    const AttemptState* last = task.attempts.empty() ? nullptr : &task.attempts.back();
    AttemptRequest request;
    request.attempt = last ? last->number + 1 : 1;
    request.reason = reason;
    request.log_directory =
        "attempts/" + file_name_of(task_.id.value) + "-" + std::to_string(request.attempt);
    request.resume = last && !task.changed && !last->session_id.empty() && runner_.resumes_sessions();
    request.session_id = request.resume ? last->session_id : runner_.new_session_id();
    if (!task.answered.empty()) request.answer = task.answered.back().answer;

    const std::string whole = task_prompt({work_.plan, task_, now, work_.checks, work_.guidance});
    const std::string addition = addition_for(task, last, reason);
    request.fresh_prompt = addition.empty() ? whole : whole + "\n# What happened before\n\n" + addition;
    request.prompt = request.resume ? addition : request.fresh_prompt;
    if (request.resume) request.session_usage = session_usage(task, request.session_id);
    if (work_.policy.budget_usd) {
      request.budget_left_usd = *work_.policy.budget_usd - now.usage().cost_usd.value_or(0);
    }
    return request;
  }

  std::string addition_for(const TaskState& task, const AttemptState* last, AttemptReason reason) const {
    switch (reason) {
      case AttemptReason::first:
        return {};
      case AttemptReason::retry:
        return retry_prompt(task_, *last);
      case AttemptReason::answer:
        return answer_prompt(task_, task.question ? task.question->text : task.detail, task.answer);
      case AttemptReason::resume:
        return resume_prompt(task_);
    }
    return {};
  }

  static Usage session_usage(const TaskState& task, const std::string& session) {
    Usage sum;
    for (const AttemptState& attempt : task.attempts) {
      if (attempt.session_id == session && attempt.ended) add(sum, attempt.end.usage);
    }
    return sum;
  }

  void verify(const RunState& now) {
    const AttemptState& last = now.find(task_.id)->attempts.back();
    recorder_.record(Verified{task_.id, last.number, runner_.verify(task_, stop_)});
  }

  void commit(const RunState& now) {
    const TaskState& task = *now.find(task_.id);
    const std::string problem = runner_.hand_off(task_, with_this_task_done(now));
    if (!problem.empty()) recorder_.record(Warned{problem});
    // Since the first attempt: what an interrupted or failed one wrote belongs to the task too.
    recorder_.record(runner_.commit(task_, {task.attempts.front().number, task.summary()}));
  }

  /// The hand-off document is part of the task's commit, so it is written as if the task were finished
  /// already.
  RunState with_this_task_done(RunState now) const {
    now.find(task_.id)->outcome = Outcome::completed;
    return now;
  }

  const WorkPlan& work_;
  const Task& task_;
  TaskRunner& runner_;
  Recorder& recorder_;
  std::stop_token stop_;
};

}  // namespace

Outcome work_on_task(const WorkPlan& work, const Task& task, TaskRunner& runner, Recorder& recorder,
                     std::stop_token stop) {
  try {
    return Worker(work, task, runner, recorder, stop).run();
  } catch (const Stopped&) {
    throw;
  } catch (const Error& error) {
    if (stop.stop_requested()) throw Stopped(SIGINT);
    const Outcome outcome = error.exit_code() == ExitCode::infra ? Outcome::infra : Outcome::failed;
    const std::string next = error.next_step().empty() ? "" : " (" + error.next_step() + ")";
    recorder.record(TaskFinished{task.id, outcome, error.what() + next});
    return outcome;
  }
}

}  // namespace milepost
