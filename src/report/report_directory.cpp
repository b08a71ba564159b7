#include "milepost/report/report_directory.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/log.hpp"
#include "milepost/report/junit.hpp"
#include "milepost/report/report_json.hpp"

#include "agent_event_json.hpp"
#include "bounded_copy.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_log_bytes = 8u << 20;       // of one recorded file
constexpr std::uint64_t k_events_bytes = 128u << 20;  // then only the run's own records are written

/// The records after which a reader of report.json wants to see the change.
bool changes_report(const RunRecord& record) {
  return !std::holds_alternative<SessionKnown>(record) && !std::holds_alternative<ContainerStarting>(record);
}

bool changes_tests(const RunRecord& record) {
  return std::holds_alternative<RunStarted>(record) || std::holds_alternative<RunResumed>(record) ||
         std::holds_alternative<TaskStarted>(record) || std::holds_alternative<TaskFinished>(record) ||
         std::holds_alternative<RunEnded>(record);
}

/// Whether an events file holds this run, by its first line.
bool holds_run(const fs::path& file, const RunId& run) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  if (!std::getline(in, line)) return false;
  try {
    const auto event = from_json_line(line);
    const auto* started = event ? std::get_if<RunStarted>(&event->record) : nullptr;
    return started && started->run == run;
  } catch (const UsageError&) {
    return false;
  }
}

}  // namespace

ReportDirectory::ReportDirectory(fs::path directory, fs::path run_directory,
                                 std::function<std::string(const RunState&)> page)
    : directory_(std::move(directory)), run_directory_(std::move(run_directory)), page_(std::move(page)) {
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error || !fs::is_directory(directory_, error)) {
    throw UsageError(
        "cannot make the report directory " + directory_.string() + (error ? ": " + error.message() : ""),
        "give --report-dir a directory that you may write");
  }
}

void ReportDirectory::on_run_event(const RunEvent& event, const RunState& state) {
  try {
    open_events(event, state);
    write_event(to_json_line(event), /*always=*/true);
    if (const auto* ended = std::get_if<AttemptEnded>(&event.record)) {
      const TaskState* task = state.find(ended->task);
      if (task && !task->attempts.empty()) copy_logs(task->attempts.back().log_directory);
    }
    if (changes_tests(event.record)) write_file_atomically(directory_ / "junit.xml", junit_xml(state));
    if (changes_report(event.record)) write_file_atomically(directory_ / "report.json", report_json(state));
    if (page_ && std::holds_alternative<RunEnded>(event.record))
      write_file_atomically(directory_ / "report.html", page_(state));
  } catch (const Error& error) {
    log::warning("the report was not written: " + std::string(error.what()));
  }
}

void ReportDirectory::on_agent_event(const TaskId& task, const AgentEvent& event) {
  write_event(agent_event_line(task, event), /*always=*/false);
}

/// A resumed run goes on with its own file; another run's is replaced.
void ReportDirectory::open_events(const RunEvent& event, const RunState& state) {
  if (events_.is_open()) return;
  const fs::path file = directory_ / "events.ndjson";
  const bool go_on = !std::holds_alternative<RunStarted>(event.record) && holds_run(file, state.started.run);
  std::error_code ignored;
  events_bytes_ = go_on ? static_cast<std::uint64_t>(fs::file_size(file, ignored)) : 0;
  events_.open(file, std::ios::binary | (go_on ? std::ios::app : std::ios::trunc));
  if (!events_) log::warning("cannot write " + file.string());
}

void ReportDirectory::write_event(const std::string& line, bool always) {
  if (!always && events_bytes_ + line.size() > k_events_bytes) {
    if (!events_cut_)
      events_ << R"({"event":"progress","text":"events of agents are left out from here on"})" << '\n';
    events_cut_ = true;
    return;
  }
  events_ << line << '\n';
  events_.flush();
  events_.clear();
  events_bytes_ += line.size() + 1;
}

void ReportDirectory::copy_logs(const std::string& log_directory) const {
  if (log_directory.empty()) return;
  const fs::path from = run_directory_ / log_directory;
  const fs::path to = directory_ / "logs" / fs::path(log_directory).filename();
  std::error_code error;
  fs::create_directories(to, error);
  for (fs::directory_iterator at(from, error), end; !error && at != end; at.increment(error)) {
    const std::string extension = at->path().extension().string();
    if (extension == ".log" || extension == ".md")
      copy_bounded(at->path(), to / at->path().filename(), k_log_bytes);
  }
  if (error) log::warning("cannot copy the logs of " + from.string() + ": " + error.message());
}

}  // namespace milepost
