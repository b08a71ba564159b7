#pragma once

#include "milepost/config/budget.hpp"
#include "milepost/run/agent_session.hpp"
#include "milepost/state/run_state.hpp"

#include <string>

namespace milepost {

/// What a run or a task has used up so far, over all its sessions: told from the journal, so it lasts over
/// crashes.
struct Spent {
  Usage usage;
  Milliseconds time{0};
  std::uint64_t attempts = 0;
};
Spent spent_of(const TaskState& task);
Spent spent_of(const RunState& run);

/// The part of a budget that is used up, in words: "its 10 attempts", "its $5.00"; empty: none. Pure.
std::string used_up(const Budget& budget, const Spent& spent);

/// What is left of both for the next attempt; `time` is the least time left, absent when there is no limit.
struct Left {
  SpendingLimits limits;
  std::optional<Milliseconds> time;
};
Left left_of(const Budget& run, const Spent& run_spent, const Budget& task, const Spent& task_spent);

/// Gives the limits to the harness itself, which ends in better order than by a kill, and loosens here those
/// that it keeps: turns stay counted with room for another way of counting, for a harness may pass over its
/// settings.
void hand_over(SpendingLimits& limits, const HarnessCapabilities& can, HarnessRequest& request);

/// The less; an absent one is no limit.
template <class Number>
std::optional<Number> tighter(const std::optional<Number>& a, const std::optional<Number>& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace milepost
