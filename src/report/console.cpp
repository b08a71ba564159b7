#include "milepost/report/console.hpp"

#include "milepost/report/figures.hpp"
#include "milepost/report/live_frame.hpp"
#include "milepost/report/workflow_command.hpp"

#include "console_lines.hpp"
#include "text_stream.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_live_output_lines = 20;
constexpr std::size_t k_verbose_output_lines = 500;
constexpr std::size_t k_heartbeat_columns = 100;
constexpr std::size_t k_ci_agent_bytes = 2'000'000;  // GitLab cuts a job's log at 4 MB

}  // namespace

Console::Console(std::FILE* stream, ConsoleOptions options)
    : Console([stream](std::string_view text) { write_or_ignore(stream, text); }, std::move(options)) {}

void Console::on_run_event(const RunEvent& event, const RunState& state) {
  end_output();
  tell_task_going_on(event.record, state);
  apply(live_, event, state);
  write(run_event_lines(event.record, state, options_));
}

/// A task that an earlier session began is not started again.
void Console::tell_task_going_on(const RunRecord& record, const RunState& state) {
  const auto* attempt = std::get_if<AttemptStarted>(&record);
  const auto* waiting = std::get_if<TaskWaiting>(&record);
  if (!attempt && !waiting) return;
  const TaskId& id = attempt ? attempt->task : waiting->task;
  if (std::ranges::find(live_.running, id, &LiveTask::id) == live_.running.end())
    write(run_event_lines(TaskStarted{id}, state, options_));
}

void Console::on_agent_event(const TaskId& task, const AgentEvent& event) {
  apply(live_, task, event, std::chrono::system_clock::now());
  const auto* notice = std::get_if<Notice>(&event);
  if (notice && notice->kind == "output") {
    const std::size_t limit = options_.verbose ? k_verbose_output_lines : k_live_output_lines;
    if (++output_lines_ > limit) return;
  } else {
    end_output();
  }
  if (agent_bytes_ > k_ci_agent_bytes) return;
  const std::string text = agent_event_lines(event, options_);
  write(text);
  if (!options_.for_ci) return;
  agent_bytes_ += text.size();
  if (agent_bytes_ > k_ci_agent_bytes)
    write(
        "! this log is long: what agents do is not shown from here on (milepost logs, and the report's "
        "logs/)\n");
}

void Console::end_output() {
  const std::size_t limit = options_.verbose ? k_verbose_output_lines : k_live_output_lines;
  const std::size_t left_out = output_lines_ > limit ? output_lines_ - limit : 0;
  output_lines_ = 0;
  if (left_out == 0 || options_.quiet) return;
  write("      … " + counted(left_out, "more line") + " of output (milepost logs shows them)\n");
}

void Console::on_progress(std::string_view line) {
  write(progress_lines(line, options_));
}

SteadyClock::time_point Console::next_tick() const {
  const bool wanted = options_.heartbeat.count() > 0 && !options_.quiet && !live_.running.empty();
  return wanted ? wrote_ + options_.heartbeat : SteadyClock::time_point::max();
}

void Console::on_tick() {
  end_output();
  for (const LiveTask& task : live_.running) {
    const std::string last = task.last.empty() ? "" : " · last: " + task.last.back();
    write(progress_lines(running_words(task, std::chrono::system_clock::now(), k_heartbeat_columns) + last,
                         options_));
  }
}

void Console::write(std::string_view text) {
  if (text.empty()) return;
  wrote_ = SteadyClock::now();
  write_(options_.for_ci ? without_workflow_commands(text) : text);
}

}  // namespace milepost
