#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/report/observer.hpp"

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

namespace milepost {

struct GithubOptions {
  std::FILE* stream = stderr;          ///< that of the console, so that groups fit its lines
  std::filesystem::path summary_file;  ///< $GITHUB_STEP_SUMMARY; empty: none
  std::filesystem::path output_file;   ///< $GITHUB_OUTPUT; empty: none
  std::string report_directory;        ///< the output `report`; may be empty
};

/// GitHub Actions: a group a task, annotations for what failed (at the file and line that a check names, else
/// at the task's place in the plan) and for warnings, ten of each at most; at the run's end the step summary
/// and the outputs exit, outcome, run, report, completed, failed, cost-usd. A file that cannot be written is
/// a warning in the log. It must stand before the console among the observers.
class GithubActions : public RunObserver {
 public:
  GithubActions(const Plan& plan, GithubOptions options) : plan_(plan), options_(std::move(options)) {}
  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId&, const AgentEvent&) override {}
  void on_progress(std::string_view) override {}

 private:
  void begin_group(const TaskState& task);
  void end_group();
  void annotate(const TaskState& task, const RunState& state);
  void warn(const std::string& text);
  void finish(const RunState& state);

  const Plan& plan_;
  GithubOptions options_;
  bool in_group_ = false;
  std::size_t errors_ = 0, warnings_ = 0;
};

}  // namespace milepost
