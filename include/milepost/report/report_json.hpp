#pragma once

#include "milepost/report/observer.hpp"

#include <cstdio>
#include <filesystem>
#include <string>

namespace milepost {

/// The run's report as JSON (schema: docs/state-format.md): status, exit, tasks with outcome, attempts,
/// evidence, usage, commit. `exit` and "status":"running" while the run has not ended. Timing aside, the same
/// journal gives the same bytes.
std::string report_json(const RunState& state);

/// Keeps `<directory>/report.json` current: written when the run starts, after every task event, and at its
/// end, atomically.
class ReportFile : public RunObserver {
 public:
  explicit ReportFile(std::filesystem::path directory);
  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId&, const AgentEvent&) override {}
  void on_progress(std::string_view) override {}

 private:
  std::filesystem::path directory_;
};

/// `run --json`: every run event and agent event as one NDJSON line, and the report as the last line
/// ("event":"result").
class JsonStream : public RunObserver {
 public:
  explicit JsonStream(std::FILE* stream) : stream_(stream) {}
  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId& task, const AgentEvent& event) override;
  void on_progress(std::string_view line) override;

 private:
  void line(const std::string& text);
  std::FILE* stream_;
};

}  // namespace milepost
