#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/run/budget_rules.hpp"
#include "milepost/run/recorder.hpp"
#include "milepost/state/run_event.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

/// One attempt, as the task worker asks for it.
struct AttemptRequest {
  unsigned attempt = 1;
  AttemptReason reason = AttemptReason::first;
  std::string session_id;         ///< chosen for a fresh session, or the one to resume; may be empty
  bool resume = false;            ///< continue `session_id`
  bool reports_scenario = false;  ///< the agent runs a scenario and says how it went
  std::string prompt;             ///< for the session as it is: short when it is resumed
  std::string fresh_prompt;       ///< for a new session, when `session_id` turns out to be gone
  std::string answer;             ///< the last one a person gave to this task; may be empty
  std::string snapshot;           ///< commit of the pre-attempt snapshot
  std::string log_directory;      ///< relative to the run's directory
  std::string harness;            ///< its name
  Usage session_usage;            ///< what earlier attempts of this session were charged
  Left left;                      ///< of the budgets of run and task
};

/// What a task's commit is made from.
struct CommitTask {
  unsigned since_attempt = 1;  ///< what changed since the snapshot before this attempt belongs to the task
  std::string summary;
  /// The session of the run in which that attempt began, and the present one: what only the user changed
  /// between sessions does not belong to the task.
  unsigned since_session = 1, session = 1;
  /// Milepost's own documents are a commit also when nothing else changed: no later task takes them along.
  bool documents_alone = false;
};

/// Everything about a task that has an effect outside of milepost. The orchestrator's only door to it; tests
/// put a fake here. Called on the task's worker thread. Throws Stopped when `stop` is requested, InfraError
/// when the engine, git or the disk fails.
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;
  virtual bool resumes_sessions(const std::string& harness) const = 0;
  /// An id for a fresh session; empty when the harness chooses its own.
  virtual std::string new_session_id(const std::string& harness) = 0;
  /// Records the code folder as it is now, outside of the agent's reach; returns the commit, empty when
  /// snapshots are off.
  virtual std::string snapshot(const Task& task, unsigned attempt) = 0;
  /// Runs the agent to the death of its process tree. `task` and `attempt` of the result are filled in.
  virtual AttemptEnded attempt(const Task& task, const AttemptRequest& request, Recorder& recorder,
                               std::stop_token stop) = 0;
  /// Runs the checks, and the reviewer's where one is configured. `task` and `attempt` are filled in.
  virtual Verified verify(const Task& task, unsigned attempt, Recorder& recorder, std::stop_token stop) = 0;
  /// Writes the hand-off document, before the task's commit so that it is part of it. `state` shows the task
  /// as completed. Returns what a person should know, a warning each: a document that could not be written,
  /// changes that run elsewhere; it stops nothing.
  virtual std::vector<std::string> hand_off(const Task& task, RunState state) = 0;
  /// Commits the task's changes; done twice (after a crash) it finds the first commit.
  virtual Committed commit(const Task& task, const CommitTask& request) = 0;
};

}  // namespace milepost
