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

/// The next task of a plan whose tasks share one session, said in that session: without the plan's context.
std::string next_task_prompt(const PromptContext& context);
/// The whole prompt of a session that runs an end-to-end scenario (or a task that validates) and reports how
/// it went, changing nothing.
std::string scenario_prompt(const PromptContext& context);

/// What is added to it, or said alone in a resumed session.
std::string retry_prompt(const Task& task, const AttemptState& failed);
std::string answer_prompt(const Task& task, const std::string& question, const std::string& answer);
/// To a harness that takes over from another one, in a session that knows nothing.
std::string failover_prompt(const Task& task, const TaskState& state);
std::string resume_prompt(const Task& task);
/// What a person found wrong at a checkpoint.
std::string checkpoint_prompt(const Task& task, const std::string& found);
/// What a scenario or the checks showed last, to be mended, and how an earlier attempt at it ended.
std::string fix_prompt(const Task& task, const TaskState& state);
/// Asks for the missing result block. `problem`: what was wrong with it; may be empty.
std::string result_block_prompt(const std::string& problem, bool reports_scenario);

}  // namespace milepost
