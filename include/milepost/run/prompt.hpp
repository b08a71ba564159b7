#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/state/run_state.hpp"
#include "milepost/verify/evidence.hpp"

#include <string>
#include <vector>

namespace milepost {

/// What a prompt is built from (template: docs/prompt.md).
struct PromptContext {
  const Plan& plan;
  const Task& task;
  const RunState& run;
  std::vector<VerifyCommand> checks;  ///< told to the agent, so that it can run them itself
  std::string guidance;               ///< of the user for this task (`task --guidance`); may be empty
};

/// The whole prompt of a fresh session: plan context, what earlier tasks handed on, the task's text
/// byte-exact, the questions about it that a person has answered, and how to end.
std::string task_prompt(const PromptContext& context);

/// What is added to it, or said alone in a resumed session.
std::string retry_prompt(const Task& task, const AttemptState& failed);
std::string answer_prompt(const Task& task, const std::string& question, const std::string& answer);
std::string resume_prompt(const Task& task);
/// Asks for the missing result block. `problem`: what was wrong with it; may be empty.
std::string result_block_prompt(const std::string& problem);

}  // namespace milepost
