#pragma once

#include "milepost/report/console.hpp"
#include "milepost/report/live_state.hpp"
#include "milepost/report/terminal_painter.hpp"

#include <functional>
#include <optional>
#include <string>

namespace milepost {

struct LiveConsoleOptions {
  ConsoleOptions console = {};  ///< verbose: everything scrolls by, and the view shows no calls
  std::optional<double> budget_usd = {};
  std::function<unsigned()> times_continued = {};  ///< TerminalPainter's
};

/// The console of a terminal: what is running stays in a view at the bottom, what is finished scrolls by as
/// one line a task. Drawn at most five times a second, when something changed, and once a second for its
/// clock. The destructor takes the view away.
class LiveConsole : public RunObserver {
 public:
  LiveConsole(int terminal, LiveConsoleOptions options);
  ~LiveConsole() override;
  LiveConsole(const LiveConsole&) = delete;
  LiveConsole& operator=(const LiveConsole&) = delete;

  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId& task, const AgentEvent& event) override;
  void on_progress(std::string_view line) override;
  SteadyClock::time_point next_tick() const override;
  void on_tick() override { paint(); }

  /// Takes the view away, because something else is about to be written; the next change brings it back.
  void step_aside();

 private:
  void changed();
  void paint();

  LiveConsoleOptions options_;
  TerminalPainter painter_;
  std::string history_;  ///< not yet written
  Console console_;
  LiveState live_;
  bool changed_ = false;
  SteadyClock::time_point painted_;
};

}  // namespace milepost
