#include "milepost/base/error.hpp"

#include "commands.hpp"
#include "plan_file.hpp"
#include "run_phase.hpp"
#include "run_session.hpp"
#include "terminal_question.hpp"

namespace milepost {

namespace {

/// The options that choose among the plans of a directory.
void refuse_phase_options(const Invocation& invocation) {
  for (const char* name : {"wave", "gaps-only", "force"}) {
    if (invocation.has(name))
      throw UsageError("--" + std::string(name) + " is for a directory of plans",
                       "name the directory, such as .planning/phases/37-name, or leave the option out");
  }
}

void refuse_pull_request(const Invocation& invocation) {
  if (invocation.has("pr"))
    throw UsageError("--pr is for one plan, not for a directory of plans",
                     "open it when the last plan is done: milepost pr PLAN");
}

}  // namespace

ExitCode run_command(App& app, const Invocation& invocation) {
  if (is_phase(invocation.arguments.front())) {
    refuse_pull_request(invocation);
    return run_phase(app, invocation);
  }
  refuse_phase_options(invocation);
  return run_session(app, invocation, {});
}

ExitCode task_command(App& app, const Invocation& invocation) {
  RunRequest request;
  request.only = TaskId(invocation.arguments[1]);
  request.guidance = invocation.value("guidance").value_or("");
  return run_session(app, invocation, request);
}

ExitCode resume_command(App& app, const Invocation& invocation) {
  if (is_phase(invocation.arguments.front())) {
    refuse_pull_request(invocation);
    return resume_phase(app, invocation);
  }
  refuse_phase_options(invocation);
  RunRequest request;
  request.resume = true;
  request.answer = given_answer(invocation);
  return run_session(app, invocation, request);
}

}  // namespace milepost
