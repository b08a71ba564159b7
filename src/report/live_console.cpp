#include "milepost/report/live_console.hpp"

#include "milepost/report/live_frame.hpp"

namespace milepost {

namespace {

constexpr Milliseconds k_between_frames = Milliseconds(200);
constexpr Milliseconds k_clock = Milliseconds(1000);

ConsoleOptions scrolling(ConsoleOptions options) {
  options.collapsed = !options.verbose;
  return options;
}

}  // namespace

LiveConsole::LiveConsole(int terminal, LiveConsoleOptions options)
    : options_(std::move(options)),
      painter_(terminal, options_.times_continued),
      console_([this](std::string_view text) { history_ += text; }, scrolling(options_.console)) {
  live_.budget_usd = options_.budget_usd;
}

LiveConsole::~LiveConsole() {
  step_aside();
}

void LiveConsole::on_run_event(const RunEvent& event, const RunState& state) {
  apply(live_, event, state);
  console_.on_run_event(event, state);
  changed();
}

void LiveConsole::on_agent_event(const TaskId& task, const AgentEvent& event) {
  apply(live_, task, event, std::chrono::system_clock::now());
  if (options_.console.verbose) console_.on_agent_event(task, event);
  changed();
}

void LiveConsole::on_progress(std::string_view line) {
  if (live_.live) live_.note = line;
  console_.on_progress(line);
  paint();  // something that takes long comes next
}

/// Outside of a session nobody ticks, so what comes then is shown at once.
void LiveConsole::changed() {
  changed_ = true;
  if (!live_.live || SteadyClock::now() - painted_ >= k_between_frames) paint();
}

SteadyClock::time_point LiveConsole::next_tick() const {
  if (!live_.live) return SteadyClock::time_point::max();
  return painted_ + (changed_ ? k_between_frames : k_clock);
}

void LiveConsole::paint() {
  painter_.paint(history_, live_frame(live_, painter_.size(), std::chrono::system_clock::now(),
                                      {options_.console.colour, !options_.console.verbose}));
  history_.clear();
  changed_ = false;
  painted_ = SteadyClock::now();
}

void LiveConsole::step_aside() {
  painter_.clear(history_);
  history_.clear();
  changed_ = true;
  painted_ = SteadyClock::now();
}

}  // namespace milepost
