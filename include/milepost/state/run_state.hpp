#pragma once

#include "milepost/state/run_event.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// One attempt of a task, as far as it got.
struct AttemptState {
  unsigned number = 1;
  AttemptReason reason = AttemptReason::first;
  std::string session_id, snapshot, log_directory;
  bool ended = false;
  AttemptEnded end;  ///< meaningful when ended
  bool verified = false;
  std::vector<Evidence> evidence;  ///< meaningful when verified
  std::string started_at, ended_at;
};

struct TaskState {
  PlannedTask planned;
  Outcome outcome = Outcome::pending;
  std::string detail;
  std::vector<AttemptState> attempts;
  std::size_t attempts_before_start = 0;  ///< attempts.size() when TaskStarted was last applied: earlier ones
                                          ///< do not count against the retries
  std::optional<Question> question;       ///< open, while outcome is needs_human
  std::string answer;                     ///< given and not yet used by an attempt
  bool committed =
      false;  ///< the commit step of the last attempt is done; `commit` stays empty when nothing had changed
  std::string commit;
  std::vector<std::string> paths, swept;
  std::string started_at, finished_at;

  /// The last attempt's summary; empty without one.
  std::string summary() const;
  Usage usage() const;  ///< over all attempts; a figure is unknown when no attempt reported it
};

/// A run as the fold of its journal.
struct RunState {
  RunStarted started;
  std::string started_at, updated_at;
  std::vector<TaskState> tasks;          ///< in plan order
  std::optional<std::string> container;  ///< started and not yet known to be stopped
  std::vector<std::string> warnings;
  std::optional<RunEnded> ended;  ///< of the last session; cleared by a resume
  unsigned sessions = 0;          ///< starts and resumes

  TaskState* find(const TaskId& id);
  const TaskState* find(const TaskId& id) const;
  Usage usage() const;
  std::size_t count(Outcome outcome) const;
};

/// The only way a RunState changes. Records about tasks it does not know are ignored.
void apply(RunState& state, const RunEvent& event);

}  // namespace milepost
