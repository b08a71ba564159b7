#include "milepost/report/live_state.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_last_lines = 4;
constexpr std::size_t k_columns = 160;

void keep(LiveTask& task, std::string line) {
  if (line.empty()) return;
  task.last.push_back(std::move(line));
  if (task.last.size() > k_last_lines) task.last.pop_front();
}

constexpr const char* k_check_mark = "→ check  ";

LiveTask* find(LiveState& live, const TaskId& id) {
  const auto found = std::ranges::find(live.running, id, &LiveTask::id);
  return found == live.running.end() ? nullptr : &*found;
}

struct Change {
  LiveState& live;
  const RunState& state;
  WallTime at;

  void operator()(const RunStarted&) const { begin(); }
  void operator()(const RunResumed&) const { begin(); }
  void operator()(const ContainerStarting&) const { live.note = "the container starts"; }
  void operator()(const ContainerStopped&) const { live.note.clear(); }
  void operator()(const TaskStarted& record) const {
    std::erase_if(live.running, [&](const LiveTask& task) { return task.id == record.task; });
    at_work(record.task);
  }
  void operator()(const AttemptStarted& record) const {
    LiveTask& task = at_work(record.task);
    task.attempt = record.attempt;
    task.reason = record.reason;
    task.harness = record.harness;
    task.until.reset();
    begin(task, record.reason == AttemptReason::check ? LiveTask::Doing::checks : LiveTask::Doing::agent);
  }
  void operator()(const TaskWaiting& record) const {
    LiveTask& task = at_work(record.task);
    begin(task, LiveTask::Doing::waiting);
    task.until = parse_utc(record.until);
    const std::string why = one_line(record.detail, k_columns);
    if (task.last.empty() || !task.last.back().ends_with(why)) keep(task, "… " + why);
  }
  void operator()(const CheckStarted& record) const {
    LiveTask& task = at_work(record.task);
    begin(task, LiveTask::Doing::checks);
    task.check = record.number;
    task.checks = record.total;
    keep(task, k_check_mark + one_line(record.command, k_columns));
  }
  void operator()(const ReviewStarted& record) const {
    LiveTask& task = at_work(record.task);
    begin(task, LiveTask::Doing::review);
    task.harness = record.harness;
  }
  void operator()(const AttemptEnded& record) const {
    LiveTask* task = find(live, record.task);
    if (!task) return;
    begin(*task, LiveTask::Doing::checks);
    task->used = {};
    if (record.outcome != Outcome::completed && record.outcome != Outcome::needs_human)
      keep(*task, "✗ " + one_line(record.detail.empty() ? record.result : record.detail, k_columns));
  }
  void operator()(const Verified& record) const {
    LiveTask* task = find(live, record.task);
    if (!task) return;
    begin(*task, LiveTask::Doing::commit);
    task->used = {};
    for (const Evidence& check : record.evidence) {
      if (check.verdict == Verdict::failed || check.verdict == Verdict::infra_error)
        keep(*task, "✗ check failed  " + one_line(check.command, k_columns));
    }
  }
  void operator()(const TaskFinished& record) const {
    std::erase_if(live.running, [&](const LiveTask& task) { return task.id == record.task; });
  }
  void operator()(const RunEnded&) const {
    live.live = false;
    live.running.clear();
    live.note.clear();
  }
  template <class Other>
  void operator()(const Other&) const {}

  /// The running task; one that an earlier session began is running from now on.
  LiveTask& at_work(const TaskId& id) const {
    if (LiveTask* task = find(live, id)) return *task;
    LiveTask task;
    task.id = id;
    if (const TaskState* known = state.find(id)) task.title = known->planned.title;
    task.since = task.heard = at;
    live.note = "the container ends";  // seen when no task runs any more
    return live.running.emplace_back(std::move(task));
  }

  void begin(LiveTask& task, LiveTask::Doing doing) const {
    task.doing = doing;
    task.doing_since = task.heard = at;
    task.check = task.checks = 0;
  }

  void begin() const {
    live.live = true;
    live.since = at;
    live.running.clear();
    live.note = "getting ready";
  }
};

}  // namespace

void apply(LiveState& live, const RunEvent& event, const RunState& state) {
  std::visit(Change{live, state, parse_utc(event.time).value_or(live.since)}, event.record);
  live.id = state.started.plan_id;
  live.title = state.started.plan_title;
  live.total = state.tasks.size();
  live.done = state.count(Outcome::completed);
  live.waiting = state.count(Outcome::needs_human);
  live.failed = state.count(Outcome::failed) + state.count(Outcome::limit) + state.count(Outcome::infra);
  live.usage = state.usage();
}

void apply(LiveState& live, const TaskId& id, const AgentEvent& event, WallTime now) {
  LiveTask* task = find(live, id);
  if (!task) return;
  task->heard = std::max(task->heard, now);
  if (const auto* so_far = std::get_if<UsageSoFar>(&event)) task->used = so_far->usage;
  const auto* notice = std::get_if<Notice>(&event);
  const bool call = std::holds_alternative<ToolCall>(event) || std::holds_alternative<ApiRetry>(event) ||
                    (notice && notice->kind != "output");
  if (call) keep(*task, live_line(event));
}

}  // namespace milepost
