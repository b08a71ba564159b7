#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "commands.hpp"
#include "completion.hpp"

namespace milepost {

namespace {

/// For the scripts, newest first; outside of a repository there is nothing to offer.
void print_run_ids(const App& app) {
  std::string ids;
  for (const RunSummary& run : app.store(app.code_folder()).runs()) ids += run.id.value + "\n";
  app.print(ids);
}

}  // namespace

ExitCode completion_command(App& app, const Invocation& invocation) {
  const std::string& shell = invocation.arguments.front();
  if (shell == "bash")
    app.print(bash_completion());
  else if (shell == "zsh")
    app.print(zsh_completion());
  else if (shell == "fish")
    app.print(fish_completion());
  else if (shell == "run-ids")
    print_run_ids(app);
  else
    throw UsageError("completion: '" + one_line(shell, 40) + "' is no shell that is known here",
                     "usage: milepost completion bash|zsh|fish");
  return ExitCode::ok;
}

}  // namespace milepost
