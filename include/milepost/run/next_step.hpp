#pragma once

#include "milepost/state/run_state.hpp"

#include <optional>
#include <string>
#include <variant>

namespace milepost {

/// The rules of a run that decide about a task.
struct StepPolicy {
  unsigned retries = 2;              ///< further attempts after the first failed one
  std::optional<double> budget_usd;  ///< for the run
};

/// What comes next for a task.
struct StartAttempt {
  AttemptReason reason = AttemptReason::first;
};
struct VerifyWork {};
struct CommitWork {};
struct FinishTask {
  Outcome outcome = Outcome::completed;
  std::string detail;
};
using Step = std::variant<StartAttempt, VerifyWork, CommitWork, FinishTask>;

/// The next step of a started task, told from the journal's state alone: the same state gives the same step,
/// so a run that crashed goes on exactly where it was. Pure.
Step next_step(const TaskState& task, const RunState& run, const StepPolicy& policy);

/// The result word of an attempt that ended well but without a readable result block: its checks decide.
inline constexpr const char* k_no_result_block = "no_result_block";
/// The result word of an attempt that touched what it must not; ends the task at once.
inline constexpr const char* k_tampered = "tampered";

}  // namespace milepost
