#include "milepost/state/run_state.hpp"

#include "milepost/harness/usage.hpp"

#include <algorithm>
#include <utility>

namespace milepost {

namespace {

AttemptState& attempt_of(TaskState& task, unsigned number) {
  const auto at = std::ranges::find(task.attempts, number, &AttemptState::number);
  if (at != task.attempts.end()) return *at;
  AttemptState& added = task.attempts.emplace_back();
  added.number = number;
  return added;
}

/// Whether an attempt with this outcome has worked through what it was told.
bool took_its_answer(Outcome outcome) {
  return outcome != Outcome::limit && outcome != Outcome::infra;
}

/// Takes the task with this id out of the list, when it is there.
std::optional<TaskState> take(std::vector<TaskState>& tasks, const TaskId& id) {
  const auto at = std::ranges::find_if(tasks, [&](const TaskState& task) { return task.planned.id == id; });
  if (at == tasks.end()) return std::nullopt;
  TaskState task = std::move(*at);
  tasks.erase(at);
  return task;
}

class Change {
 public:
  Change(RunState& state, const std::string& time) : state_(state), time_(time) {}

  void operator()(const RunStarted& record) {
    if (state_.sessions > 0) return;  // a journal holds one run
    state_.started = record;
    state_.started_at = time_;
    state_.sessions = 1;
    for (const PlannedTask& planned : record.tasks) state_.tasks.emplace_back().planned = planned;
  }

  void operator()(const RunResumed& record) {
    ++state_.sessions;
    state_.ended.reset();
    state_.started.plan_sha256 = record.plan_sha256;
    state_.started.tasks = record.tasks;
    std::vector<TaskState> earlier = std::exchange(state_.tasks, {});
    for (const PlannedTask& planned : record.tasks) {
      std::optional<TaskState> known = take(earlier, planned.id);
      if (!known) known = take(state_.removed, planned.id);
      if (!known) known.emplace().planned = planned;
      follow_edit(*known, planned);
      if (known->outcome == Outcome::skipped) start_over(*known);
      state_.tasks.push_back(std::move(*known));
    }
    for (TaskState& task : earlier) {
      if (task.attempts.empty()) continue;
      warn(task.planned, "is no longer in the plan; what it did stays in the journal");
      state_.removed.push_back(std::move(task));
    }
  }

  void operator()(const ContainerStarting& record) { state_.container = record.name; }
  void operator()(const ContainerStopped& record) {
    if (record.removed && state_.container == record.name) state_.container.reset();
  }

  void operator()(const EgressStarting& record) { state_.egress = record; }
  void operator()(const EgressStopped& record) {
    for (const DeniedTarget& denied : record.denied) {
      const auto known = std::ranges::find(state_.denied, denied.target, &DeniedTarget::target);
      if (known == state_.denied.end())
        state_.denied.push_back(denied);
      else
        known->count += denied.count;
    }
  }

  void operator()(const TaskStarted& record) {
    TaskState* task = state_.find(record.task);
    if (!task) return;
    run(*task);
    task->attempts_before_start = task->attempts.size();
  }

  void operator()(const AttemptStarted& record) {
    TaskState* task = state_.find(record.task);
    if (!task) return;
    run(*task);
    task->changed = false;
    task->committed = false;
    AttemptState& attempt = attempt_of(*task, record.attempt);
    attempt.reason = record.reason;
    attempt.session_id = record.session_id;
    attempt.snapshot = record.snapshot;
    attempt.log_directory = record.log_directory;
    attempt.harness = record.harness.empty() ? state_.started.harness : record.harness;
    attempt.run_session = state_.sessions;
    task->waiting.reset();
    attempt.started_at = time_;
  }

  // What is being done now is for those who watch.
  void operator()(const CheckStarted&) {}
  void operator()(const ReviewStarted&) {}

  void operator()(const TaskWaiting& record) {
    TaskState* task = state_.find(record.task);
    if (!task) return;
    task->waiting = record;
    task->waits.push_back({time_, record.until, record.detail});
  }

  void operator()(const SessionKnown& record) {
    if (TaskState* task = state_.find(record.task))
      attempt_of(*task, record.attempt).session_id = record.session_id;
  }

  void operator()(const AttemptEnded& record) {
    TaskState* task = state_.find(record.task);
    if (!task) return;
    AttemptState& attempt = attempt_of(*task, record.attempt);
    attempt.ended = true;
    attempt.end = record;
    attempt.ended_at = time_;
    if (took_its_answer(record.outcome)) {
      task->answer.clear();
      task->question.reset();
    }
    if (record.outcome == Outcome::needs_human) task->question = record.question;
  }

  void operator()(const AttemptStopped& record) {
    TaskState* task = state_.find(record.task);
    if (!task) return;
    AttemptState& attempt = attempt_of(*task, record.attempt);
    attempt.end.usage = record.usage;
    attempt.end.duration = record.duration;
  }

  void operator()(const Verified& record) {
    TaskState* task = state_.find(record.task);
    if (!task) return;
    AttemptState& attempt = attempt_of(*task, record.attempt);
    attempt.verified = true;
    attempt.evidence = record.evidence;
    add(attempt.review_usage, record.review_usage);
  }

  void operator()(const Committed& record) {
    TaskState* task = state_.find(record.task);
    if (!task) return;
    task->committed = true;
    if (record.commit.empty()) return;
    task->commit = record.commit;
    task->paths = record.paths;
    task->swept = record.swept;
  }

  void operator()(const TaskFinished& record) {
    TaskState* task = state_.find(record.task);
    if (!task) return;
    task->outcome = record.outcome;
    task->detail = record.detail;
    task->waiting.reset();
    task->finished_at = time_;
    if (record.outcome == Outcome::needs_human) {
      if (record.question) task->question = record.question;
      if (!task->question) task->question = Question{record.detail, {}, {}};
    } else if (took_its_answer(record.outcome)) {
      if (record.question) task->answered.push_back({*record.question, record.detail, "", "setting", time_});
      task->question.reset();
      task->answer.clear();
    }
  }

  void operator()(const QuestionAnswered& record) {
    TaskState* task = state_.find(record.task);
    if (!task) return;
    // A second answer before an attempt has taken the first replaces it.
    if (!task->answer.empty() && !task->answered.empty()) task->answered.pop_back();
    task->answer = record.answer;
    task->answered.push_back({task->question.value_or(Question{task->detail, {}, {}}), record.answer,
                              record.by, record.how, time_});
  }

  void operator()(const CheckOverridden& record) {
    std::erase_if(state_.overrides, [&](const Override& earlier) { return earlier.check == record.check; });
    state_.overrides.push_back({record.check, record.reason, record.by, time_});
  }

  void operator()(const Warned& record) { state_.warnings.push_back(record.text); }
  void operator()(const RunEnded& record) { state_.ended = record; }

 private:
  void run(TaskState& task) {
    task.outcome = Outcome::running;
    task.detail.clear();
    task.finished_at.clear();
    if (task.started_at.empty()) task.started_at = time_;
  }

  static void start_over(TaskState& task) {
    task.outcome = Outcome::pending;
    task.detail.clear();
    task.finished_at.clear();
  }

  void follow_edit(TaskState& task, const PlannedTask& planned) {
    const bool edited = task.planned.content_hash != planned.content_hash;
    task.planned = planned;
    if (!edited) return;
    if (task.outcome == Outcome::completed) {
      warn(planned, "was edited in the plan after it was completed; its result is kept");
      return;
    }
    if (task.attempts.empty()) return;  // nobody has read the earlier text
    const std::string asked = task.question ? "; its open question was: " + task.question->text : "";
    warn(planned, "was edited in the plan; it starts again with the new text" + asked);
    start_over(task);
    task.question.reset();
    task.changed = true;
  }

  void warn(const PlannedTask& task, const std::string& what) {
    state_.warnings.push_back("task " + task.id.value + " " + what);
  }

  RunState& state_;
  const std::string& time_;
};

}  // namespace

std::string TaskState::summary() const {
  const auto last = std::find_if(attempts.rbegin(), attempts.rend(),
                                 [](const AttemptState& attempt) { return attempt.ended; });
  return last == attempts.rend() ? std::string() : last->end.summary;
}

Usage TaskState::usage() const {
  Usage sum;
  for (const AttemptState& attempt : attempts) {
    add(sum, attempt.end.usage);
    add(sum, attempt.review_usage);
  }
  return sum;
}

Milliseconds TaskState::time_spent() const {
  Milliseconds sum{0};
  for (const AttemptState& attempt : attempts) {
    sum += attempt.end.duration;
    for (const Evidence& check : attempt.evidence) sum += check.duration;
  }
  return sum;
}

TaskState* RunState::find(const TaskId& id) {
  const auto at = std::ranges::find_if(tasks, [&](const TaskState& task) { return task.planned.id == id; });
  return at == tasks.end() ? nullptr : &*at;
}

const TaskState* RunState::find(const TaskId& id) const {
  return const_cast<RunState*>(this)->find(id);
}

Usage RunState::usage() const {
  Usage sum;
  for (const TaskState& task : tasks) add(sum, task.usage());
  for (const TaskState& task : removed) add(sum, task.usage());
  return sum;
}

Milliseconds RunState::time_spent() const {
  Milliseconds sum{0};
  for (const TaskState& task : tasks) sum += task.time_spent();
  for (const TaskState& task : removed) sum += task.time_spent();
  return sum;
}

std::size_t RunState::count(Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(tasks, outcome, &TaskState::outcome));
}

void apply(RunState& state, const RunEvent& event) {
  std::visit(Change(state, event.time), event.record);
  state.updated_at = event.time;
}

}  // namespace milepost
