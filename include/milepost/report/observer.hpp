#pragma once

#include "milepost/base/time.hpp"
#include "milepost/harness/event.hpp"
#include "milepost/state/run_event.hpp"
#include "milepost/state/run_state.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace milepost {

/// Sees a run as it happens. All calls come from the main thread, in order; a failure of an observer (a
/// closed pipe, a full disk) must not stop the run.
struct RunObserver {
  virtual ~RunObserver() = default;
  /// After the event was applied to `state` and journaled.
  virtual void on_run_event(const RunEvent& event, const RunState& state) = 0;
  /// What the agent does, live; not journaled.
  virtual void on_agent_event(const TaskId& task, const AgentEvent& event) = 0;
  /// Something takes long: one printable line ("installing claude 2.1.330…").
  virtual void on_progress(std::string_view line) = 0;
  /// When on_tick() is wanted next, for what changes with the time alone; it may come later, and asked for
  /// again after every call above.
  virtual SteadyClock::time_point next_tick() const { return SteadyClock::time_point::max(); }
  virtual void on_tick() {}
};

/// The earliest tick that one of them wants.
inline SteadyClock::time_point next_tick(std::span<RunObserver* const> observers) {
  SteadyClock::time_point next = SteadyClock::time_point::max();
  for (const RunObserver* observer : observers) next = std::min(next, observer->next_tick());
  return next;
}

/// Ticks those that want one by now.
inline void tick(std::span<RunObserver* const> observers) {
  const SteadyClock::time_point now = SteadyClock::now();
  for (RunObserver* observer : observers) {
    if (observer->next_tick() <= now) observer->on_tick();
  }
}

}  // namespace milepost
