#include "milepost/run/task_worker.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/time.hpp"
#include "milepost/harness/usage.hpp"
#include "milepost/run/budget_rules.hpp"
#include "milepost/run/prompt.hpp"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <mutex>

namespace milepost {

namespace {

/// One task on its way to an outcome. Nothing is remembered here that the journal does not hold.
class Worker {
 public:
  Worker(const WorkPlan& work, const Task& task, TaskRunner& runner, Recorder& recorder, std::stop_token stop)
      : work_(work),
        task_(task),
        policy_(step_policy(work.rules, task)),
        runner_(runner),
        recorder_(recorder),
        stop_(std::move(stop)) {}

  Outcome run() {
    if (state().find(task_.id)->outcome != Outcome::running) recorder_.record(TaskStarted{task_.id});
    while (true) {
      const RunState now = state();
      const Step step = next_step(*now.find(task_.id), now, policy_);
      if (const auto* start = std::get_if<StartAttempt>(&step)) {
        wait_until(now, *start);
        attempt(now, *start);
      }
      if (std::holds_alternative<VerifyWork>(step)) verify(now);
      if (std::holds_alternative<CommitWork>(step)) commit(now);
      if (const auto* finish = std::get_if<FinishTask>(&step)) {
        recorder_.record(TaskFinished{task_.id, finish->outcome, finish->detail, finish->question});
        return finish->outcome;
      }
    }
  }

 private:
  RunState state() const { return recorder_.state(); }

  /// Waits for the moment before which the attempt would be in vain. The clock is the wall's: resets are
  /// stated in its time, and it goes on while the machine sleeps.
  void wait_until(const RunState& now, const StartAttempt& start) {
    const auto until = parse_utc(start.earliest);
    if (!until || *until <= std::chrono::system_clock::now()) return;
    const TaskState& task = *now.find(task_.id);
    if (!task.waiting || task.waiting->until != start.earliest)
      recorder_.record(TaskWaiting{task_.id, start.earliest, task.attempts.back().end.detail});
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    // In steps: a clock that is set forward ends the wait, one that is set back does not make it longer than
    // it is.
    const auto given_up = SteadyClock::now() + (*until - std::chrono::system_clock::now());
    while (std::chrono::system_clock::now() < *until && SteadyClock::now() < given_up) {
      never.wait_for(lock, stop_, std::chrono::milliseconds(200), [] { return false; });
      if (stop_.stop_requested()) throw Stopped(SIGINT);
    }
  }

  void attempt(const RunState& now, const StartAttempt& start) {
    const AttemptReason reason = start.reason;
    const TaskState& task = *now.find(task_.id);
    AttemptRequest request = make_request(now, task, start);
    // Every attempt has a snapshot of its own, so that each one can be undone.
    request.snapshot = runner_.snapshot(task_, request.attempt);
    AttemptStarted started{task_.id,         request.attempt,       reason,         request.session_id,
                           request.snapshot, request.log_directory, request.harness};
    recorder_.record(started);
    AttemptEnded ended =
        reason == AttemptReason::check ? checks_only() : runner_.attempt(task_, request, recorder_, stop_);
    ended.task = task_.id;
    ended.attempt = request.attempt;
    recorder_.record(std::move(ended));
  }

  static AttemptEnded checks_only() {
    AttemptEnded ended;
    ended.outcome = Outcome::completed;
    ended.result = k_checks_only;
    return ended;
  }

  AttemptRequest make_request(const RunState& now, const TaskState& task, const StartAttempt& start) {
    const AttemptReason reason = start.reason;
    const AttemptState* last = task.attempts.empty() ? nullptr : &task.attempts.back();
    AttemptRequest request;
    request.attempt = last ? last->number + 1 : 1;
    request.reason = reason;
    request.harness = start.harness;
    request.log_directory =
        "attempts/" + file_name_of(task_.id.value) + "-" + std::to_string(request.attempt);
    if (!task.answered.empty()) request.answer = task.answered.back().answer;
    if (reason == AttemptReason::check) return request;

    const std::string session = start.fresh ? std::string() : session_to_resume(now, task, start);
    request.resume = !session.empty() && runner_.resumes_sessions(start.harness);
    request.session_id = request.resume ? session : runner_.new_session_id(start.harness);
    request.reports_scenario = reports_scenario(task, reason);

    const PromptContext context{work_.plan, task_, now, work_.checks, work_.guidance};
    const std::string whole = request.reports_scenario ? scenario_prompt(context) : task_prompt(context);
    const std::string addition = addition_for(task, last, reason);
    request.fresh_prompt = addition.empty() ? whole : whole + "\n# What happened before\n\n" + addition;
    request.prompt = request.resume ? prompt_in_session(context, reason, addition) : request.fresh_prompt;
    if (request.resume) request.session_usage = session_usage(now, request.session_id);
    request.left = left_of(policy_.run_budget, spent_of(now), policy_.task_budget, spent_of(task));
    return request;
  }

  /// What is said in a session that goes on. One that the plan's tasks share may not have heard of this task:
  /// what interrupted its attempt may have come before its text.
  std::string prompt_in_session(const PromptContext& context, AttemptReason reason,
                                const std::string& addition) const {
    if (addition.empty()) return next_task_prompt(context);
    const bool may_be_new = reason == AttemptReason::resume || reason == AttemptReason::retry;
    if (!work_.rules.one_session || !may_be_new || policy_.workflow == Workflow::scenario) return addition;
    return next_task_prompt(context) + "\n# What happened before\n\n" + addition;
  }

  /// A run of the scenario, or what goes on with one.
  bool reports_scenario(const TaskState& task, AttemptReason reason) const {
    if (policy_.workflow != Workflow::scenario || reason == AttemptReason::fix) return false;
    if (reason == AttemptReason::first || reason == AttemptReason::again || task.attempts.empty())
      return true;
    return role_of(task, task.attempts.size() - 1) != AttemptReason::fix;
  }

  /// The agent session that the attempt goes on with; empty: a fresh one.
  std::string session_to_resume(const RunState& now, const TaskState& task, const StartAttempt& start) const {
    const AttemptReason reason = start.reason;
    if (reason == AttemptReason::again) return {};  // an unbiased look
    const bool has_own = !task.attempts.empty() && !task.attempts.back().session_id.empty() &&
                         task.attempts.back().harness == start.harness;
    if (reason == AttemptReason::fix &&
        !(has_own && role_of(task, task.attempts.size() - 1) == AttemptReason::fix))
      return policy_.workflow == Workflow::scenario ? std::string() : session_of_plan(now, start.harness);
    if (has_own) return task.changed ? std::string() : task.attempts.back().session_id;
    return policy_.workflow == Workflow::scenario ? std::string() : session_of_plan(now, start.harness);
  }

  /// Where the plan's tasks share a session: that of the last task that had one.
  std::string session_of_plan(const RunState& now, const std::string& harness) const {
    std::string session;
    if (!work_.rules.one_session) return session;
    for (const TaskState& before : now.tasks) {
      if (before.planned.id == task_.id) break;
      const Task* planned = work_.plan.find(before.planned.id);
      if (!planned || step_policy(work_.rules, *planned).workflow == Workflow::scenario) continue;
      if (!before.attempts.empty() && !before.attempts.back().session_id.empty() &&
          before.attempts.back().harness == harness)
        session = before.attempts.back().session_id;
    }
    return session;
  }

  std::string addition_for(const TaskState& task, const AttemptState* last, AttemptReason reason) const {
    switch (reason) {
      case AttemptReason::first:
      case AttemptReason::check:
      case AttemptReason::again:
        return {};
      case AttemptReason::retry:
        return retry_prompt(task_, *last);
      case AttemptReason::fix:
        return fix_prompt(task_, task);
      case AttemptReason::answer:
        if (policy_.checkpoint && (!last || last->end.outcome != Outcome::needs_human))
          return checkpoint_prompt(task_, task.answer);
        return answer_prompt(task_, task.question ? task.question->text : task.detail, task.answer);
      case AttemptReason::resume:
        return resume_prompt(task_);
      case AttemptReason::failover:
        return failover_prompt(task_, task);
    }
    return {};
  }

  static Usage session_usage(const RunState& now, const std::string& session) {
    Usage sum;
    for (const TaskState& task : now.tasks) {
      for (const AttemptState& attempt : task.attempts) {
        if (attempt.session_id == session) add(sum, attempt.end.usage);
      }
    }
    return sum;
  }

  void verify(const RunState& now) {
    const AttemptState& last = now.find(task_.id)->attempts.back();
    Verified verified = runner_.verify(task_, last.number, recorder_, stop_);
    verified.task = task_.id;
    verified.attempt = last.number;
    recorder_.record(std::move(verified));
  }

  void commit(const RunState& now) {
    const TaskState& task = *now.find(task_.id);
    for (const std::string& warning : runner_.hand_off(task_, with_this_task_done(now))) {
      // A run that was killed before the commit comes here again.
      if (std::ranges::find(now.warnings, warning) == now.warnings.end()) recorder_.record(Warned{warning});
    }
    // Since the first attempt: what an interrupted or failed one wrote belongs to the task too, but not what
    // the user did between them.
    const AttemptState& first = task.attempts.front();
    recorder_.record(runner_.commit(task_, {.since_attempt = first.number,
                                            .summary = task.summary(),
                                            .since_session = first.run_session,
                                            .session = now.sessions,
                                            .documents_alone = ends_committed_work(now)}));
  }

  /// Whether no other task is still to come, and one of them has a commit: what is written of the last one
  /// would else stay uncommitted.
  bool ends_committed_work(const RunState& now) const {
    bool any_commit = false;
    for (const TaskState& other : now.tasks) {
      if (other.planned.id == task_.id) continue;
      if (other.outcome == Outcome::pending || other.outcome == Outcome::running) return false;
      any_commit = any_commit || !other.commit.empty();
    }
    return any_commit;
  }

  /// The hand-off document is part of the task's commit, so it is written as if the task were finished
  /// already.
  RunState with_this_task_done(RunState now) const {
    now.find(task_.id)->outcome = Outcome::completed;
    return now;
  }

  const WorkPlan& work_;
  const Task& task_;
  const StepPolicy policy_;
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
    if (error.exit_code() == ExitCode::tampered) throw;  // nothing more is to be done in this folder
    const Outcome outcome = error.exit_code() == ExitCode::infra ? Outcome::infra : Outcome::failed;
    const std::string next = error.next_step().empty() ? "" : " (" + error.next_step() + ")";
    recorder.record(TaskFinished{task.id, outcome, error.what() + next});
    return outcome;
  }
}

}  // namespace milepost
