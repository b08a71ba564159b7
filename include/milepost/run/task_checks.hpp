#pragma once

#include "milepost/config/config.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/plan/plan.hpp"
#include "milepost/run/recorder.hpp"
#include "milepost/run/reviewer.hpp"
#include "milepost/state/run_event.hpp"
#include "milepost/verify/evidence.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

/// Everything that judges a task's work when its agent is gone: the user's checks, the plan's commands, the
/// must-haves of a close-out, and a reviewer where one is configured. Used on the task's worker thread.
class TaskChecks {
 public:
  struct Parts {
    const Plan& plan;
    const Config& config;
    RunId run;
    std::filesystem::path run_directory;
    RunningContainer& container;
    ShadowGit& git;
    std::vector<std::string> check_environment;  ///< without secrets
    std::vector<VerifyCommand> checks;           ///< after every task
    const SecretMask& mask;
    const Reviewer* reviewer = nullptr;  ///< outlives this; null: nobody reviews
  };
  explicit TaskChecks(Parts parts) : parts_(std::move(parts)) {}

  /// `task` and `attempt` of the result are filled in by the caller. Throws as TaskRunner::verify does.
  Verified verify(const Task& task, unsigned attempt, Recorder& recorder, std::stop_token stop) const;

 private:
  /// What the reviewer finds; only for work that passes everything else, for a review costs money.
  void review(const Task& task, unsigned attempt, Verified& verified, Recorder& recorder,
              std::stop_token stop) const;
  Review review_task(const Task& task, const Snapshot& now, const ReviewStarted& started, Recorder& recorder,
                     const Reviewer::Session& session) const;

  Parts parts_;
};

/// The shadow repository's name for the snapshot before an attempt.
std::string snapshot_name(const RunId& run, const TaskId& task, unsigned attempt);

}  // namespace milepost
