#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "commands.hpp"
#include "completion.hpp"

namespace milepost {

ExitCode completion_command(App& app, const Invocation& invocation) {
  const std::string& shell = invocation.arguments.front();
  if (shell == "bash")
    app.print(bash_completion());
  else if (shell == "zsh")
    app.print(zsh_completion());
  else if (shell == "fish")
    app.print(fish_completion());
  else
    throw UsageError("completion: '" + one_line(shell, 40) + "' is no shell that is known here",
                     "usage: milepost completion bash|zsh|fish");
  return ExitCode::ok;
}

}  // namespace milepost
