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
    LiveTask task;
    task.id = record.task;
    if (const TaskState* known = state.find(record.task)) task.title = known->planned.title;
    task.since = task.heard = at;
    live.running.push_back(std::move(task));
    live.note = "the container ends";  // seen when no task runs any more
  }
  void operator()(const AttemptStarted& record) const {
    LiveTask* task = find(live, record.task);
    if (!task) return;
    task->attempt = record.attempt;
    task->reason = record.reason;
    task->doing = record.reason == AttemptReason::check ? LiveTask::Doing::checks : LiveTask::Doing::agent;
    task->heard = at;
  }
  void operator()(const AttemptEnded& record) const {
    LiveTask* task = find(live, record.task);
    if (!task) return;
    task->doing = LiveTask::Doing::checks;
    if (record.outcome != Outcome::completed && record.outcome != Outcome::needs_human)
      keep(*task, "✗ " + one_line(record.detail.empty() ? record.result : record.detail, k_columns));
  }
  void operator()(const Verified& record) const {
    LiveTask* task = find(live, record.task);
    if (!task) return;
    task->doing = LiveTask::Doing::commit;
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
  const auto* notice = std::get_if<Notice>(&event);
  const bool call = std::holds_alternative<ToolCall>(event) || std::holds_alternative<ApiRetry>(event) ||
                    (notice && notice->kind != "output");
  if (call) keep(*task, live_line(event));
}

}  // namespace milepost
