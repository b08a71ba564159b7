#include "milepost/report/github.hpp"

#include "milepost/base/ids.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"
#include "milepost/report/summary_markdown.hpp"
#include "milepost/report/workflow_command.hpp"

#include "named_place.hpp"
#include "report_object.hpp"
#include "task_standing.hpp"
#include "text_stream.hpp"

#include <cerrno>
#include <cstring>
#include <memory>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_annotations = 10;            // of a kind: GitHub shows no more of a step
constexpr std::size_t k_summary_bytes = 900 * 1024;  // GitHub takes 1 MiB a step

void append(const fs::path& file, const std::string& text) {
  if (file.empty()) return;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "ae"), &std::fclose);
  if (!out || std::fwrite(text.data(), 1, text.size(), out.get()) != text.size())
    log::warning("cannot write " + file.string() + ": " + std::strerror(errno));
}

/// Values may hold line ends, so each stands in a block with an end that nobody can guess.
std::string output(const std::string& name, const std::string& value) {
  const std::string end = "end-" + random_hex(16);
  return name + "<<" + end + "\n" + value + "\n" + end + "\n";
}

/// The plan's path for an annotation: from the repository's root.
std::string plan_file(const RunState& state) {
  const fs::path relative = fs::path(state.started.plan_path).lexically_relative(state.started.code_folder);
  const std::string text = relative.string();
  return text.starts_with("..") ? std::string() : text;
}

const Evidence* failed_check(const TaskState& task) {
  if (task.attempts.empty()) return nullptr;
  for (const Evidence& check : task.attempts.back().evidence) {
    if (check.verdict == Verdict::failed || check.verdict == Verdict::infra_error) return &check;
  }
  return nullptr;
}

}  // namespace

void GithubActions::on_run_event(const RunEvent& event, const RunState& state) {
  if (const auto* started = std::get_if<TaskStarted>(&event.record)) {
    if (const TaskState* task = state.find(started->task)) begin_group(*task);
  } else if (const auto* finished = std::get_if<TaskFinished>(&event.record)) {
    end_group();
    if (const TaskState* task = state.find(finished->task)) annotate(*task, state);
  } else if (const auto* warned = std::get_if<Warned>(&event.record)) {
    warn(warned->text);
  } else if (std::holds_alternative<RunEnded>(event.record)) {
    end_group();
    finish(state);
  }
}

void GithubActions::begin_group(const TaskState& task) {
  end_group();
  write_or_ignore(
      options_.stream,
      workflow_command("group", {},
                       one_line("Task " + task.planned.id.value + "  " + task.planned.title, 200)));
  in_group_ = true;
}

void GithubActions::end_group() {
  if (in_group_) write_or_ignore(options_.stream, workflow_command("endgroup", {}, ""));
  in_group_ = false;
}

void GithubActions::annotate(const TaskState& task, const RunState& state) {
  const Standing standing = standing_of(task, state);
  if ((standing != Standing::failed && standing != Standing::error) || ++errors_ > k_annotations) return;
  std::string file = plan_file(state), line;
  if (const Task* planned = plan_.find(task.planned.id)) line = std::to_string(planned->at.line);
  std::string message = task.detail;
  if (const Evidence* check = failed_check(task)) {
    message += (message.empty() ? "" : "\n") + ("$ " + one_line(check->command, 300)) + "  (" +
               one_line(check->detail, 200) + ")";
    if (const auto place = named_place(check->output)) {
      file = place->file;
      line = place->line;
    }
  }
  if (task.question && task.outcome == Outcome::needs_human) message = task.question->text;
  write_or_ignore(options_.stream, workflow_command("error",
                                                    {{"file", file},
                                                     {"line", file.empty() ? "" : line},
                                                     {"title", "Task " + task.planned.id.value + " " +
                                                                   std::string(standing_words(task, state))}},
                                                    message));
}

void GithubActions::warn(const std::string& text) {
  if (++warnings_ <= k_annotations) write_or_ignore(options_.stream, workflow_command("warning", {}, text));
}

void GithubActions::finish(const RunState& state) {
  if (state.ended->exit_code != ExitCode::ok && errors_ == 0)
    write_or_ignore(options_.stream, workflow_command("error", {{"title", "milepost: " + status_of(state)}},
                                                      state.ended->detail));
  append(options_.summary_file, summary_markdown(state, k_summary_bytes));
  const Usage usage = state.usage();
  append(options_.output_file, output("exit", std::to_string(static_cast<int>(state.ended->exit_code))) +
                                   output("outcome", status_of(state)) +
                                   output("run", state.started.run.value) +
                                   output("report", options_.report_directory) +
                                   output("completed", std::to_string(state.count(Outcome::completed))) +
                                   output("failed", std::to_string(state.count(Outcome::failed))) +
                                   output("cost-usd", usage.cost_usd ? Json(*usage.cost_usd).dump() : ""));
}

}  // namespace milepost
