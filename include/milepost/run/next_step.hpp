#pragma once

#include "milepost/config/budget.hpp"
#include "milepost/config/failure_policy.hpp"
#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace milepost {

/// The order of a task's steps.
enum class Workflow {
  work,        ///< attempt, verify, commit
  checkpoint,  ///< a person answers; what is found wrong is worked on, then asked about again
  scenario,  ///< the agent runs an end-to-end scenario and reports; failures are fixed, then it is run again
  checks_first,  ///< verify first; what fails is fixed by the agent, then verified again
};

/// The rules of a run that decide about a task.
struct StepPolicy {
  Workflow workflow = Workflow::work;
  unsigned retries = 2;        ///< further attempts after the first failed one
  unsigned fix_attempts = 5;   ///< scenario and checks_first: over the whole run, resumes included
  unsigned same_failures = 0;  ///< in a row end the task; 0: never
  Budget run_budget = {}, task_budget = {};
  FailurePolicy on_failure = {};
  Milliseconds max_wait{0};  ///< of the task since it was started
  Milliseconds backoff{0};
  std::vector<std::string> harnesses = {};  ///< names, in the order of failover
  std::string wanted_harness = {};  ///< the task's own: it does not follow the run's failover; may be empty
  std::optional<Checkpoint> checkpoint = {};  ///< of Workflow::checkpoint
  std::string automatic_pass = {};  ///< how the checkpoint passes without a person; empty: it does not
};

/// What comes next for a task.
struct StartAttempt {
  AttemptReason reason = AttemptReason::first;
  std::string harness = {};   ///< its name
  bool fresh = false;         ///< in a new session, whatever there is to resume
  std::string earliest = {};  ///< utc_text(); empty: at once
};
struct VerifyWork {};
struct CommitWork {};
struct FinishTask {
  Outcome outcome = Outcome::completed;
  std::string detail;
  std::optional<Question> question = {};  ///< that milepost itself asks
};
using Step = std::variant<StartAttempt, VerifyWork, CommitWork, FinishTask>;

/// The next step of a started task, told from the journal's state alone: the same state gives the same step,
/// so a run that crashed goes on exactly where it was. Pure.
Step next_step(const TaskState& task, const RunState& run, const StepPolicy& policy);

/// Whether an attempt was to run the scenario, to fix, or to do the task's own work: what a retry, an answer
/// or a resume goes on with is told by the attempts before it. `until`: an index into task.attempts.
AttemptReason role_of(const TaskState& task, std::size_t index);

/// The result word of an attempt that ended well but without a readable result block: its checks decide.
inline constexpr const char* k_no_result_block = "no_result_block";
/// The result word of an attempt that touched what it must not; ends the task at once.
/// The harness could not be started: nothing was done.
inline constexpr const char* k_not_started = "not_started";
inline constexpr const char* k_tampered = "tampered";
/// The result word of an attempt in which nobody works: the checks come first.
inline constexpr const char* k_checks_only = "checks_only";

}  // namespace milepost
