#pragma once

#include "milepost/base/time.hpp"
#include "milepost/state/run_state.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// A task that runs now, as a live view shows it.
struct LiveTask {
  enum class Doing { waiting, agent, checks, review, commit };
  TaskId id;
  std::string title;
  unsigned attempt = 1;
  AttemptReason reason = AttemptReason::first;
  Doing doing = Doing::agent;
  std::string harness;                ///< who does it: the agent's, the reviewer's
  std::size_t check = 0, checks = 0;  ///< the how many-th check of how many runs; 0: not known
  WallTime doing_since;               ///< of the check or the review
  std::optional<WallTime> until;      ///< of waiting
  WallTime since;                     ///< the task's start in this session
  WallTime heard;                     ///< when its agent was last heard of
  Usage used;                         ///< what is not in the run's own yet
  std::deque<std::string> last;       ///< what it did last, oldest first, printable; a few
};

/// What a glance at a run needs: the fold of what a RunObserver is told. Everything in it may hold an agent's
/// or a plan's text as it came; live_frame() makes it printable.
struct LiveState {
  std::string id, title;
  std::size_t done = 0, failed = 0, waiting = 0, total = 0;
  Usage usage;
  std::optional<double> budget_usd;  ///< set by whoever makes the view
  WallTime since;                    ///< this session's start
  std::string note;                  ///< what milepost does while no task runs
  std::vector<LiveTask> running;
  bool live = false;  ///< between the start and the end of a session
};

/// `state`: after the event.
void apply(LiveState& live, const RunEvent& event, const RunState& state);
/// `now`: when it was seen.
void apply(LiveState& live, const TaskId& task, const AgentEvent& event, WallTime now);

}  // namespace milepost
