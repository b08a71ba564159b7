#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/configured.hpp"
#include "milepost/report/console.hpp"
#include "milepost/report/report_json.hpp"

#include "attempt_log.hpp"
#include "commands.hpp"
#include "follow_run.hpp"
#include "run_choice.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace milepost {

namespace fs = std::filesystem;

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Feeds a file of any size through `take` in pieces.
template <class Take>
void read_pieces(const fs::path& file, Take take) {
  const File stream(std::fopen(file.c_str(), "re"), &std::fclose);
  if (!stream) throw_errno("cannot read " + file.string());
  char piece[64 * 1024];
  while (const std::size_t got = std::fread(piece, 1, sizeof piece, stream.get()))
    take(std::string_view(piece, got));
}

void show_event(const App& app, const AgentEvent& event) {
  if (const auto* text = std::get_if<AgentText>(&event))
    app.print(printable(text->text, /*keep_newlines=*/true));
  else if (const auto* result = std::get_if<ToolResult>(&event); result && app.verbose)
    app.print("    " + one_line(result->text, 400));
  else if (const std::string line = live_line(event); !line.empty()) {
    app.print(line);
    if (const auto* call = std::get_if<ToolCall>(&event); call && app.verbose) {
      for (const std::string_view part : lines_of(trim(call->input))) app.print("    " + printable(part));
    }
  }
}

/// Whether the run has an attempt of the task that is asked for, or of any.
bool has_begun(const RunState& state, const Invocation& invocation) {
  for (const TaskState& task : state.tasks) {
    if (!task.attempts.empty() &&
        (invocation.arguments.size() < 2 || task.planned.id.value == invocation.arguments[1]))
      return true;
  }
  return false;
}

const TaskState& chosen_task(const RunState& state, const Invocation& invocation) {
  if (invocation.arguments.size() < 2) {
    for (auto task = state.tasks.rbegin(); task != state.tasks.rend(); ++task) {
      if (!task->attempts.empty()) return *task;
    }
    throw UsageError("no task of run " + state.started.run.value + " has begun yet");
  }
  const TaskState* task = state.find(TaskId(invocation.arguments[1]));
  if (!task)
    throw UsageError("run " + state.started.run.value + " has no task '" + invocation.arguments[1] + "'",
                     "milepost status " + shell_quote(invocation.arguments.front()) + " lists its tasks");
  if (task->attempts.empty())
    throw UsageError("task " + task->planned.id.value + " has not begun yet in run " +
                     state.started.run.value);
  return *task;
}

const AttemptState& chosen_attempt(const TaskState& task, const Invocation& invocation) {
  const auto number = invocation.value("attempt");
  if (!number) return task.attempts.back();
  for (const AttemptState& attempt : task.attempts) {
    if (std::to_string(attempt.number) == *number) return attempt;
  }
  throw UsageError("task " + task.planned.id.value + " has no attempt " + *number,
                   "give one from " + std::to_string(task.attempts.front().number) + " to " +
                       std::to_string(task.attempts.back().number));
}

std::string attempt_json(const RunSummary& run, const TaskState& task, const AttemptState& attempt,
                         const std::vector<fs::path>& files) {
  nlohmann::ordered_json recorded = nlohmann::ordered_json::array();
  for (const fs::path& file : files) recorded.push_back(file.string());
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const Evidence& evidence : attempt.evidence) {
    checks.push_back({{"command", evidence.command},
                      {"verdict", to_string(evidence.verdict)},
                      {"detail", evidence.detail},
                      {"output", evidence.output}});
  }
  return to_json_text(
      nlohmann::ordered_json{{"run", run.id.value},
                             {"task", task.planned.id.value},
                             {"attempt", attempt.number},
                             {"started", attempt.started_at},
                             {"ended", attempt.ended_at},
                             {"session", attempt.session_id},
                             {"prompt", (run.directory / attempt.log_directory / "prompt.md").string()},
                             {"recorded", recorded},
                             {"checks", checks}},
      JsonForm::document);
}

/// The run that is live, else the newest.
RunSummary run_to_follow(const RunStore& store, const Invocation& invocation) {
  if (!invocation.has("run")) {
    for (RunSummary& run : runs_of_plan(store, invocation.arguments.front())) {
      if (run.live) return std::move(run);
    }
  }
  return run_to_look_at(store, invocation, [](const RunState&) { return true; });
}

ExitCode follow_logs(App& app, const Invocation& invocation) {
  const RunStore store = app.store(app.code_folder());
  const RunSummary run = run_to_follow(store, invocation);
  FollowOptions options;
  options.raw = invocation.has("raw");
  if (invocation.arguments.size() > 1) {
    options.task = TaskId(invocation.arguments[1]);
    if (!run.state->find(*options.task)) static_cast<void>(chosen_task(*run.state, invocation));  // throws
  }
  if (invocation.has("attempt")) {
    const TaskState& task = chosen_task(*run.state, invocation);
    options.task = task.planned.id;
    options.attempt = chosen_attempt(task, invocation).number;
  }
  Console console(stdout, {.colour = app.colour && ::isatty(STDOUT_FILENO),
                           .quiet = app.quiet,
                           .verbose = app.verbose,
                           .plan_argument = invocation.arguments.front(),
                           .runs_directory = store.runs_directory().string()});
  JsonStream json(stdout);
  return follow_run(app, invocation, store, run, {app.json ? static_cast<RunObserver*>(&json) : &console},
                    options);
}

}  // namespace

ExitCode logs_command(App& app, const Invocation& invocation) {
  if (invocation.has("follow")) return follow_logs(app, invocation);
  const RunSummary run = run_to_look_at(app.store(app.code_folder()), invocation,
                                        [&](const RunState& state) { return has_begun(state, invocation); });
  const TaskState& task = chosen_task(*run.state, invocation);
  const AttemptState& attempt = chosen_attempt(task, invocation);
  const fs::path directory = run.directory / attempt.log_directory;
  if (invocation.has("prompt")) {
    app.print(read_file(directory / "prompt.md", 64u << 20));
    return ExitCode::ok;
  }
  const std::vector<fs::path> files = recordings(directory);
  if (app.json) {
    app.print(attempt_json(run, task, attempt, files));
    return ExitCode::ok;
  }
  if (files.empty())
    throw UsageError("attempt " + std::to_string(attempt.number) + " of task " + task.planned.id.value +
                     " has no recorded output");
  for (const fs::path& file : files) {
    if (invocation.has("raw")) {
      read_pieces(file, [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
      continue;
    }
    const RunStarted& started = run.state->started;
    const auto parser =
        configured_harness(attempt.harness, app.load_config(invocation, started.options).config)->parser();
    const auto show = [&](const AgentEvent& event) { show_event(app, event); };
    read_pieces(file, [&](std::string_view piece) { parser->feed(piece, show); });
    parser->finish(show);
  }
  if (invocation.has("raw")) return ExitCode::ok;
  for (const Evidence& evidence : attempt.evidence) {
    app.print(std::string(to_string(evidence.verdict)) + "  " + one_line(evidence.command, 200) + "  (" +
              evidence.detail + ")");
    if (evidence.verdict != Verdict::passed || app.verbose)
      app.print(printable(evidence.output, /*keep_newlines=*/true));
  }
  return ExitCode::ok;
}

}  // namespace milepost
