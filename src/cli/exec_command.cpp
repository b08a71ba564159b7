#include "milepost/base/error.hpp"

#include "commands.hpp"
#include "forwarded_input.hpp"
#include "one_container.hpp"
#include "pass_through.hpp"

#include <csignal>
#include <optional>
#include <system_error>

namespace milepost {

ExitCode exec_command(App& app, const Invocation& invocation) {
  if (invocation.rest.empty())
    throw UsageError("exec: no command",
                     "usage: milepost exec -- CMD..., for example: milepost exec -- pytest -q");
  OneContainer container(app, invocation);
  ProcessSpec spec;
  spec.argv = invocation.rest;
  spec.environment = container.environment();
  spec.directory = container.directory();
  spec.open_input = has_input_to_forward();
  PassThrough output(app.stop());
  ProcessEnd end;
  int input_failure = 0;
  {
    ChannelProcess process = container.start().start(spec, output);
    std::optional<ForwardedInput> input;
    if (spec.open_input) input.emplace(process);
    end = process.wait(output.stop());
    if (input) input_failure = input->failure();
  }
  container.stop();
  if (app.signals.signal()) throw Stopped(app.signals.signal());
  if (input_failure != 0) {
    throw InfraError("standard input could not be read to its end: " +
                     std::generic_category().message(input_failure));
  }
  const int failure = output.failure();
  if (failure != 0 && failure != EPIPE) {
    throw InfraError("the command's output could not be written: " + std::generic_category().message(failure),
                     "is its disk full?");
  }
  // As if the pipe's end had reached the command itself.
  if (failure == EPIPE && end.reason == EndReason::asked) return static_cast<ExitCode>(128 + SIGPIPE);
  if (!end.started) throw UsageError("the command could not be started: " + end.error);
  if (end.reason == EndReason::channel_lost) throw InfraError("the container was lost: " + end.error);
  if (!end.error.empty()) throw InfraError("the command did not end cleanly: " + end.error);
  // Like a shell: the command's own status, 128 and the signal's number when it was killed.
  return static_cast<ExitCode>(end.exited ? end.code : 128 + end.signal);
}

}  // namespace milepost
