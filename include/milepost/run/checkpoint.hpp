#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/state/run_event.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace milepost {

/// The checkpoint of a task of kind `checkpoint`; one whose plan says no more than the kind asks to look at
/// what its text says. Nothing for other tasks.
std::optional<Checkpoint> checkpoint_of(const Task& task);

/// What a person is asked: the plan's texts, and the options of a decision.
Question checkpoint_question(const Checkpoint& checkpoint);

/// What a person's answer amounts to.
struct CheckpointAnswer {
  bool passes = false;  ///< else the text says what is wrong, and the agent works on it
  std::string text;     ///< for the log and for later tasks: "approved", "decided: local"
};
CheckpointAnswer read_checkpoint_answer(const Checkpoint& checkpoint, std::string_view answer);

/// How the checkpoint passes when nobody can be asked, by the setting `checkpoints` (stop, approve-verify,
/// first-option); empty when the run must stop. An action and a blocking checkpoint always stop.
std::string automatic_pass(const Checkpoint& checkpoint, std::string_view policy);

}  // namespace milepost
