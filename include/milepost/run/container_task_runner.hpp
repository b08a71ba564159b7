#pragma once

#include "milepost/base/secret_mask.hpp"
#include "milepost/config/config.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/run/agent_session.hpp"
#include "milepost/run/plan_documents.hpp"
#include "milepost/run/reviewer.hpp"
#include "milepost/run/task_checks.hpp"
#include "milepost/run/task_runner.hpp"
#include "milepost/workspace/shadow_git.hpp"
#include "milepost/workspace/tamper_check.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// A harness as a run uses it.
struct RunHarness {
  std::shared_ptr<const HarnessProfile> profile;
  std::string model;                     ///< "" = its own default
  std::vector<std::string> environment;  ///< with secrets
};

/// The real task runner: the harness and the checks in the coding-agent container, snapshots and commits by
/// the shadow repository.
class ContainerTaskRunner : public TaskRunner {
 public:
  struct Parts {
    const Plan& plan;
    const Config& config;
    RunId run;
    std::filesystem::path run_directory;
    RunningContainer& container;
    std::vector<RunHarness> harnesses;  ///< that tasks may be given to
    ShadowGit& git;
    std::vector<std::string> check_environment;  ///< without
    std::vector<VerifyCommand> checks;           ///< after every task
    SecretMask mask = {};                        ///< of everything that agent and checks print
    std::filesystem::path home;                  ///< the agents' HOME, on this machine
    const Reviewer* reviewer = nullptr;          ///< outlives the runner; null: nobody reviews
  };
  explicit ContainerTaskRunner(Parts parts);
  ContainerTaskRunner(const ContainerTaskRunner&) = delete;
  ContainerTaskRunner& operator=(const ContainerTaskRunner&) = delete;

  bool resumes_sessions(const std::string& harness) const override;
  std::string new_session_id(const std::string& harness) override;
  std::string snapshot(const Task& task, unsigned attempt) override;
  AttemptEnded attempt(const Task& task, const AttemptRequest& request, Recorder& recorder,
                       std::stop_token stop) override;
  Verified verify(const Task& task, unsigned attempt, Recorder& recorder, std::stop_token stop) override;
  std::vector<std::string> hand_off(const Task& task, RunState state) override;
  Committed commit(const Task& task, const CommitTask& request) override;

 private:
  const RunHarness& harness(const std::string& name) const;
  struct Exchange;
  AgentOutput run_harness(const Task& task, const AttemptRequest& request, const Exchange& exchange,
                          Recorder& recorder, std::stop_token stop);
  void ask_for_result_block(const Task& task, const AttemptRequest& request, const std::string& session,
                            AttemptEnded& ended, std::string problem, Recorder& recorder,
                            std::stop_token stop);
  Snapshot work_of(const Task& task);
  std::vector<ChangedPath> changed_by(const Task& task, const RunState& state);
  std::string uncovered_warning(const Task& task);
  std::vector<std::string> close_out(const Task& task, const RunState& state);
  SummaryFacts summary_facts(const Task& task, const RunState& state);
  bool is_own_document(const std::string& path) const;
  void check_tampering(const GitFingerprint& before, AttemptEnded& ended, Recorder& recorder) const;

  Parts parts_;
  PlanDocuments documents_;
  TaskChecks checks_;
  std::map<TaskId, std::optional<std::string>>
      heads_;  ///< the user's HEAD before the last attempt of this process
  std::map<TaskId, std::vector<ForeignRepository>>
      repositories_;        ///< before the first attempt, where that is of this process
  std::size_t told_aside_;  ///< how many of ShadowGit::set_aside() are known to the user
};

}  // namespace milepost
