#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "commands.hpp"
#include "plan_file.hpp"
#include "pull_request.hpp"
#include "run_choice.hpp"

namespace milepost {

ExitCode pr_command(App& app, const Invocation& invocation) {
  const std::string& plan = invocation.arguments.front();
  const RunStore store = app.store(app.code_folder());
  const std::vector<RunSummary> runs = runs_of_plan(store, plan);
  require_plan_or_runs(plan, !runs.empty());
  const RunSummary* chosen = newest_whole_run(runs);
  if (const auto id = invocation.value("run")) {
    chosen = nullptr;
    for (const RunSummary& run : runs) {
      if (run.id.value == *id) chosen = &run;
    }
  }
  if (!chosen || !chosen->state)
    throw UsageError("no such run of " + plan, "milepost run " + shell_quote(plan));
  return publish_run(app, invocation, *chosen);
}

}  // namespace milepost
