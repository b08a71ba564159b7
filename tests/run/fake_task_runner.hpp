#pragma once

#include "milepost/run/task_runner.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace milepost::test {

/// A task runner whose agent follows a script and whose effects are files in a directory, so that they
/// survive a crash of the process like real ones do.
class FakeTaskRunner : public TaskRunner {
 public:
  explicit FakeTaskRunner(std::filesystem::path effects) : effects_(std::move(effects)) {}

  /// What the agent does in the n-th ended attempt of a task (counted over crashes, interrupted ones not);
  /// default: completes with a block.
  std::map<std::string, std::vector<AttemptEnded>> script;
  /// The verdict of the n-th ended attempt of a task; default: passed.
  std::map<std::string, std::vector<Verdict>> verdicts;
  /// Called at every point where a crash may hit, with its name.
  std::function<void(const std::string& point)> at = [](const std::string&) {};
  /// What was asked for, in this process.
  std::vector<AttemptRequest> requests;
  std::vector<CommitTask> commits;
  std::vector<AgentEvent> events;  ///< of every attempt, after its first words
  std::vector<std::string> hand_off_warnings;
  bool has_checks = true;
  bool resumes = true;

  bool resumes_sessions(const std::string&) const override { return resumes; }
  std::string new_session_id(const std::string&) override { return "session-" + std::to_string(++sessions_); }
  std::string snapshot(const Task& task, unsigned attempt) override;
  AttemptEnded attempt(const Task& task, const AttemptRequest& request, Recorder& recorder,
                       std::stop_token stop) override;
  Verified verify(const Task& task, unsigned attempt, Recorder& recorder, std::stop_token stop) override;
  std::vector<std::string> hand_off(const Task&, RunState) override { return hand_off_warnings; }
  Committed commit(const Task& task, const CommitTask& request) override;

  /// How often this effect has happened: "commit 1.1", "attempt 1.1".
  int count(const std::string& effect) const;

 private:
  void note(const std::string& effect);
  std::filesystem::path effects_;
  int sessions_ = 0;
};

AttemptEnded ended(Outcome outcome, const std::string& result, const std::string& detail = {});

}  // namespace milepost::test
