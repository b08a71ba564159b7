#pragma once

#include "milepost/base/exit_code.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/time.hpp"
#include "milepost/harness/event.hpp"
#include "milepost/state/work_notes.hpp"
#include "milepost/verify/evidence.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace milepost {

/// How a task stands. The first two are states, the rest are outcomes.
enum class Outcome { pending, running, completed, failed, needs_human, limit, infra, skipped };

/// What an agent asks a person.
struct Question {
  std::string text;
  std::vector<std::string> options;
  std::string recommendation;
};

/// A plan's task as it was when the run saw it.
struct PlannedTask {
  TaskId id;
  std::string title;
  std::string content_hash;
  std::string kind = {};  ///< as `plan --json` names it; of a checkpoint with its own: "checkpoint:verify".
                          ///< Empty in journals of earlier versions
};

/// How an attempt begins. `check`: nobody works, the checks come first; `fix`: the agent mends what a
/// scenario showed; `again`: it runs the scenario once more; `failover`: another harness takes over.
enum class AttemptReason { first, retry, answer, resume, check, fix, again, failover };

/// How an agent says that an end-to-end scenario went. `unclear`: it could not tell.
enum class ScenarioStatus { passed, failed, unclear };

/// What an agent reports of a scenario that it ran.
struct ScenarioResult {
  ScenarioStatus status = ScenarioStatus::unclear;
  std::string diagnosis;  ///< of a failure; may be empty
  bool fixable = false;   ///< it can be mended in the code folder
  std::string fix_plan;   ///< may be empty
};

/// Where a remote of the repository leads for a push.
struct KnownRemote {
  std::string name;
  std::string url;  ///< without a login
};

// The records of a journal (docs/state-format.md). `attempt` counts from 1 within a task.
struct RunStarted {
  RunId run;
  std::string plan_path;  ///< canonical: RunStore::latest finds the run by it
  std::string plan_sha256, plan_id, plan_title;
  std::string code_folder, base_commit, branch;  ///< base_commit and branch may be empty
  std::string harness, model, image, engine, volume;
  std::vector<std::string>
      options;  ///< settings given on the command line as "key=value", in order: a resume keeps them
  std::vector<PlannedTask> tasks;  ///< those of this run, in order
  std::string only = {};  ///< the id of the one task that `milepost task` runs; empty: the whole plan
  std::vector<KnownRemote> remotes = {};  ///< as the run began: a push goes nowhere else
  bool pull_request = false;              ///< one is to be opened when all passed
  std::string trace_parent = {};          ///< TRACEPARENT, when that names a span
};
struct RunResumed {
  std::string plan_sha256;
  std::vector<PlannedTask> tasks;
  std::vector<std::string> notes;
};
struct ContainerStarting {
  std::string name;
};
struct ContainerStopped {
  std::string name;
  bool removed = true;
};
/// Written before anything of it is created.
struct EgressStarting {
  std::string mode;                  ///< "open", "allowlist" or "none"
  std::string network, proxy;        ///< of an allowlist: the internal network and the proxy's container
  std::vector<std::string> allowed;  ///< of an allowlist: HOST:PORT
};
struct DeniedTarget {
  std::string target;  ///< HOST:PORT
  std::uint64_t count = 0;
};
/// The end of an allowlist: what was asked for and refused.
struct EgressStopped {
  std::vector<DeniedTarget> denied;
  bool removed = true;  ///< network and proxy are gone
};
struct TaskStarted {
  TaskId task;
};
struct AttemptStarted {
  TaskId task;
  unsigned attempt = 1;
  AttemptReason reason = AttemptReason::first;
  std::string session_id;  ///< chosen or resumed; may be empty
  std::string snapshot;    ///< commit of the pre-attempt snapshot; the same for all attempts of a task that
                           ///< continue one another
  std::string log_directory;  ///< relative to the run's directory
  std::string harness = {};   ///< its name; empty in journals of before there were several: the run's
};
/// A task waits before its next attempt; written once, however often the run is interrupted meanwhile.
struct TaskWaiting {
  TaskId task;
  std::string until;  ///< utc_text()
  std::string detail;
};
struct SessionKnown {
  TaskId task;
  unsigned attempt = 1;
  std::string session_id;
};
struct AttemptEnded {
  TaskId task;
  unsigned attempt = 1;
  Outcome outcome = Outcome::failed;  ///< of the agent's own part, before verification
  std::string
      result;  ///< to_string(ResultKind), or "idle_timeout", "task_timeout", "crashed", "oom", "lost"…
  std::string detail;   ///< for people
  std::string summary;  ///< from the agent's result block
  std::vector<std::string> decisions;
  std::string next_task_notes;  ///< what the agent hands to the next task
  WorkNotes notes = {};
  std::optional<Question> question;
  std::optional<ScenarioResult> scenario;  ///< when the attempt ran an end-to-end scenario
  Usage usage;
  Milliseconds duration{0};
  std::string retry_at = {};  ///< utc_text(): when a limit ends, where the service stated it
};
/// A stop of milepost cut the attempt off; a resume goes on from there. Its agent has cost time and money,
/// too.
struct AttemptStopped {
  TaskId task;
  unsigned attempt = 1;
  Usage usage;  ///< as far as the harness had told
  Milliseconds duration{0};
};
/// A check of the task's work begins; the machine-made ones that take no time have no such record.
struct CheckStarted {
  TaskId task;
  unsigned attempt = 1;
  std::string command;
  std::size_t number = 1, total = 1;  ///< the how many-th of how many
};
/// A reviewer begins to look at the task's work.
struct ReviewStarted {
  TaskId task;
  unsigned attempt = 1;
  std::string harness;        ///< who reviews
  std::string log_directory;  ///< relative to the run's directory
};
struct Verified {
  TaskId task;
  unsigned attempt = 1;
  std::vector<Evidence> evidence;
  Usage review_usage = {};  ///< what a reviewer used
};
struct Committed {
  TaskId task;
  std::string commit;
  std::vector<std::string> paths;
  std::vector<std::string> swept;
};
struct TaskFinished {
  TaskId task;
  Outcome outcome = Outcome::failed;
  std::string detail;
  std::optional<Question> question = {};  ///< what milepost itself asks: a checkpoint's. Of a completed task:
                                          ///< what the setting `checkpoints` answered, `detail` says how
};
struct QuestionAnswered {
  TaskId task;
  std::string answer;
  std::string by = {};   ///< the login name; empty in journals of earlier versions
  std::string how = {};  ///< "terminal" or "--answer"; empty as `by`
};
/// A person takes a check of the plan as met (verify/override).
struct CheckOverridden {
  std::string check;  ///< Evidence::id
  std::string reason;
  std::string by;
};
struct Warned {
  std::string text;
};
struct RunEnded {
  ExitCode exit_code = ExitCode::ok;
  std::string detail;
};

using RunRecord = std::variant<RunStarted, RunResumed, ContainerStarting, ContainerStopped, TaskStarted,
                               AttemptStarted, SessionKnown, AttemptEnded, Verified, Committed, TaskFinished,
                               QuestionAnswered, CheckOverridden, Warned, RunEnded, EgressStarting,
                               EgressStopped, TaskWaiting, CheckStarted, ReviewStarted, AttemptStopped>;

/// A record with its time.
struct RunEvent {
  std::string time;  ///< utc_now()
  RunRecord record;
};

/// One line of JSON without a newline: {"time":…,"event":"task_finished",…}. Empty texts and lists and
/// unknown figures are left out; invalid UTF-8 becomes U+FFFD.
std::string to_json_line(const RunEvent& event);
/// Throws UsageError saying what is wrong; unknown keys are ignored, missing optional ones keep their
/// default, an unknown "event" gives nothing (a newer milepost wrote it).
std::optional<RunEvent> from_json_line(std::string_view line);

std::string_view to_string(Outcome outcome);
std::string_view to_string(AttemptReason reason);
std::string_view to_string(ScenarioStatus status);
/// "attempt_started" and so on.
std::string_view event_name(const RunRecord& record);

}  // namespace milepost
