#include "milepost/run/session_marks.hpp"

#include "milepost/run/task_checks.hpp"

namespace milepost {

namespace {

/// Before the last attempt that began in this session, with its start time.
const AttemptState* last_attempt_of(const RunState& state, unsigned session, const TaskState*& of) {
  const AttemptState* last = nullptr;
  for (const TaskState& task : state.tasks) {
    for (const AttemptState& attempt : task.attempts) {
      if (attempt.run_session != session || (last && attempt.started_at < last->started_at)) continue;
      last = &attempt;
      of = &task;
    }
  }
  return last;
}

std::string session_name(const RunId& run, unsigned session) {
  return run.value + "/session-" + std::to_string(session);
}

}  // namespace

std::string session_begin_name(const RunId& run, unsigned session) {
  return session_name(run, session) + "/begin";
}

std::string session_end_name(const RunId& run, unsigned session) {
  return session_name(run, session) + "/end";
}

std::vector<UsersTime> times_between_sessions(const ShadowGit& git, const RunId& run, unsigned first,
                                              unsigned last) {
  std::vector<UsersTime> times;
  std::optional<Snapshot> end;
  for (unsigned session = first; session <= last; ++session) {
    if (session > first) {
      const auto begin = git.find_snapshot(session_begin_name(run, session));
      if (begin && end) times.push_back({*end, *begin});
      if (begin) end.reset();
    }
    // One without a begin was over before anything of it worked: the user's time goes on.
    if (session < last && !end) end = git.find_snapshot(session_end_name(run, session));
  }
  return times;
}

std::optional<LastKnown> last_known(const ShadowGit& git, const RunState& state) {
  const RunId& run = state.started.run;
  for (unsigned session = state.sessions - 1; session >= 1; --session) {
    if (const auto end = git.find_snapshot(session_end_name(run, session))) return LastKnown{*end, true};
    const TaskState* task = nullptr;
    if (const AttemptState* attempt = last_attempt_of(state, session, task)) {
      const auto before = git.find_snapshot(snapshot_name(run, task->planned.id, attempt->number));
      if (before) return LastKnown{*before, false};
    }
    if (const auto begin = git.find_snapshot(session_begin_name(run, session)))
      return LastKnown{*begin, false};
  }
  return std::nullopt;
}

}  // namespace milepost
