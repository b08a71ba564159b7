#pragma once

#include "milepost/state/run_event.hpp"
#include "milepost/verify/override.hpp"

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
  std::string harness;       ///< the run's where the journal names none
  unsigned run_session = 1;  ///< RunState::sessions when it started
  bool ended = false;
  AttemptEnded end;  ///< meaningful when ended; of one that was cut off, usage and duration as far as known
  bool verified = false;
  std::vector<Evidence> evidence;  ///< meaningful when verified
  Usage review_usage;              ///< what the reviewers of its checks used
  std::string started_at, ended_at;
};

/// A question of a task and what a person, or a setting in their place, answered.
struct AnsweredQuestion {
  Question question;
  std::string answer;
  std::string by = {};   ///< the login name; empty: not known, or a setting
  std::string how = {};  ///< "terminal", "--answer" or "setting"; empty: not known
  std::string at = {};
};

/// A time in which a task waited before its next attempt could be of use.
struct TaskWait {
  std::string from, until;
  std::string detail;  ///< why
};

struct TaskState {
  PlannedTask planned;
  Outcome outcome = Outcome::pending;
  std::string detail;
  std::vector<AttemptState> attempts;
  std::size_t attempts_before_start = 0;  ///< attempts.size() when TaskStarted was last applied: earlier ones
                                          ///< do not count against the retries
  bool changed = false;  ///< its text was edited after the last attempt: that session does not know it
  std::optional<Question> question;  ///< asked and open, until an attempt with its answer has ended
  std::string answer;  ///< given, until an attempt that had it ended with anything but limit or infra
  std::vector<AnsweredQuestion>
      answered;            ///< every one, in order; the last is also `answer` while that is given
  bool committed = false;  ///< the commit step of the last attempt is done; `commit` stays empty when nothing
                           ///< had changed
  std::string commit;
  std::vector<std::string> paths, swept;
  std::optional<TaskWaiting> waiting;  ///< before the next attempt, which has not started yet
  std::vector<TaskWait> waits;         ///< every one, the present one too
  std::string started_at, finished_at;

  /// The summary of the last attempt that ended; empty without one.
  std::string summary() const;
  Usage usage() const;  ///< over all attempts; a figure is unknown when no attempt reported it
  /// What its attempts and checks took, waiting for people apart.
  Milliseconds time_spent() const;
};

/// A run as the fold of its journal.
struct RunState {
  RunStarted started;
  std::string started_at, updated_at;
  std::vector<TaskState> tasks;          ///< in plan order
  std::vector<TaskState> removed;        ///< had attempts when an edited plan no longer named them
  std::optional<std::string> container;  ///< started and not yet known to be stopped
  std::optional<EgressStarting> egress;  ///< of the last session
  std::vector<DeniedTarget> denied;      ///< by the egress proxy, over all sessions
  std::vector<std::string> warnings;
  std::vector<Override> overrides;  ///< one a check, in the order given
  std::optional<RunEnded> ended;    ///< of the last session; cleared by a resume
  unsigned sessions = 0;            ///< starts and resumes

  TaskState* find(const TaskId& id);
  const TaskState* find(const TaskId& id) const;
  Usage usage() const;  ///< over all tasks, removed ones too
  Milliseconds time_spent() const;
  std::size_t count(Outcome outcome) const;
};

/// The only way a RunState changes. Pure. Records about tasks it does not know are ignored.
///
/// A resume keeps what each task is (a task that was running stays so: its last attempt tells how far it
/// got), takes skipped tasks back to pending and compares the plan: a new task is pending; a completed one
/// whose text was edited stays completed, with a warning; any other edited one is pending again and
/// `changed`, with a warning; one that is gone is dropped, or moved to `removed`, with a warning, when it had
/// attempts.
void apply(RunState& state, const RunEvent& event);

}  // namespace milepost
