#pragma once

#include "milepost/report/observer.hpp"

#include <cstdio>
#include <string>

namespace milepost {

/// The run's report as JSON (docs/state-format.md, docs/report.schema.json): status, exit, tasks with
/// outcome, attempts, evidence, usage, commit. Every key is always there; what is unknown is null.
/// "status":"running" and "exit":null while the run has not ended. The same journal gives the same bytes.
std::string report_json(const RunState& state);

/// `run --json`: every run event and agent event as one NDJSON line, and at the run's end a line
/// "event":"result" with the report. A stream that cannot be written is ignored.
class JsonStream : public RunObserver {
 public:
  explicit JsonStream(std::FILE* stream) : stream_(stream) {}
  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId& task, const AgentEvent& event) override;
  void on_progress(std::string_view line) override;

 private:
  void write(std::string text);
  std::FILE* stream_;
};

}  // namespace milepost
