#pragma once

#include "milepost/report/observer.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace milepost {

/// `--report-dir`: keeps the files for a pipeline current (docs/state-format.md). report.json after every
/// record that changes it, junit.xml when a task or the run begins or ends, each replaced whole;
/// events.ndjson as things happen; logs/ with each ended attempt's recorded output and prompt; report.html at
/// the run's end. A failure to write is a warning in the log.
class ReportDirectory : public RunObserver {
 public:
  /// Makes the directory; throws UsageError when it cannot. `run_directory`: where the run keeps its files.
  /// `page` makes report.html; empty: none.
  ReportDirectory(std::filesystem::path directory, std::filesystem::path run_directory,
                  std::function<std::string(const RunState&)> page = {});
  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId& task, const AgentEvent& event) override;
  void on_progress(std::string_view) override {}

 private:
  void open_events(const RunEvent& event, const RunState& state);
  void write_event(const std::string& line, bool always);
  void copy_logs(const std::string& log_directory) const;
  std::filesystem::path directory_, run_directory_;
  std::function<std::string(const RunState&)> page_;
  std::ofstream events_;
  std::uint64_t events_bytes_ = 0;
  bool events_cut_ = false;
};

}  // namespace milepost
