#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"

#include "commands.hpp"
#include "plan_file.hpp"
#include "pull_request.hpp"
#include "run_choice.hpp"
#include "run_phase.hpp"
#include "run_session.hpp"

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

}  // namespace

ExitCode run_command(App& app, const Invocation& invocation) {
  const std::string& plan = invocation.arguments.front();
  if (is_phase(plan)) {
    if (invocation.has("pr"))
      throw UsageError("--pr is for one plan, not for a directory of plans",
                       "open it when the last plan is done: milepost pr PLAN");
    return run_phase(app, invocation);
  }
  refuse_phase_options(invocation);
  const ExitCode code = run_session(app, invocation, {});
  if (code != ExitCode::ok || !invocation.has("pr") || invocation.has("explain")) return code;
  const std::vector<RunSummary> runs = runs_of_plan(app.store(app.code_folder()), plan);
  return publish_run(app, invocation, *newest_whole_run(runs));
}

ExitCode task_command(App& app, const Invocation& invocation) {
  RunRequest request;
  request.only = TaskId(invocation.arguments[1]);
  request.guidance = invocation.value("guidance").value_or("");
  return run_session(app, invocation, request);
}

ExitCode resume_command(App& app, const Invocation& invocation) {
  if (is_phase(invocation.arguments.front())) return resume_phase(app, invocation);
  refuse_phase_options(invocation);
  RunRequest request;
  request.resume = true;
  request.answer = invocation.value("answer");
  if (request.answer && request.answer->starts_with('@'))
    request.answer = read_file(request.answer->substr(1));
  return run_session(app, invocation, request);
}

}  // namespace milepost
