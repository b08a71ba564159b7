#pragma once

#include "milepost/report/observer.hpp"

#include <cstdio>
#include <string>

namespace milepost {

/// GitLab CI: a section of the job log a task, collapsed once the job is looked at afterwards. It must stand
/// before the console among the observers, on the same stream. (Text of agents cannot make sections: the
/// console writes no escape characters of theirs.)
class GitlabSections : public RunObserver {
 public:
  explicit GitlabSections(std::FILE* stream) : stream_(stream) {}
  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId&, const AgentEvent&) override {}
  void on_progress(std::string_view) override {}

 private:
  void mark(const char* what, const std::string& time, const std::string& heading);
  std::FILE* stream_;
  std::string open_;  ///< name of the section that is open; empty: none
};

}  // namespace milepost
