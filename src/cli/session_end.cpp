#include "session_end.hpp"

#include "milepost/base/error.hpp"
#include "milepost/run/next_step.hpp"

namespace milepost {

SessionEnd end_of(const App& app, const std::exception_ptr& problem) {
  try {
    std::rethrow_exception(problem);
  } catch (const Stopped& stopped) {
    const int signal = app.signals.signal();
    return {signal ? exit_code_of_signal(signal) : stopped.exit_code(), "stopped by a signal"};
  } catch (const Error& error) {
    // What was interrupted by the signal failed because of it.
    if (const int signal = app.signals.signal()) return {exit_code_of_signal(signal), "stopped by a signal"};
    const std::string next = error.next_step().empty() ? "" : " (" + error.next_step() + ")";
    return {error.exit_code(), error.what() + next};
  } catch (const std::exception& error) {
    return {ExitCode::internal, error.what()};
  }
}

bool was_tampered(const RunState& state) {
  for (const TaskState& task : state.tasks) {
    if (task.outcome == Outcome::failed && !task.attempts.empty() &&
        task.attempts.back().end.result == k_tampered)
      return true;
  }
  return false;
}

}  // namespace milepost
