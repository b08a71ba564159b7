#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"

#include "commands.hpp"
#include "one_container.hpp"

#include <unistd.h>

namespace milepost {

namespace {

/// Passes the command's output through as it comes.
class PassThrough : public OutputSink {
 public:
  void on_stdout(std::string_view bytes) override { put(STDOUT_FILENO, bytes); }
  void on_stderr(std::string_view bytes) override { put(STDERR_FILENO, bytes); }

 private:
  static void put(int fd, std::string_view bytes) {
    try {
      write_all(fd, bytes.data(), bytes.size(), "the command's output");
    } catch (const InfraError&) {
      // Our reader is gone (`| head -1`); the command runs to its end all the same.
    }
  }
};

}  // namespace

ExitCode exec_command(App& app, const Invocation& invocation) {
  if (invocation.rest.empty())
    throw UsageError("exec: no command",
                     "usage: milepost exec -- CMD..., for example: milepost exec -- pytest -q");
  OneContainer container(app, invocation);
  ProcessSpec spec;
  spec.argv = invocation.rest;
  spec.environment = container.environment();
  PassThrough output;
  const ProcessEnd end = container.start().run(spec, output, app.stop());
  container.stop();
  if (app.signals.signal()) throw Stopped(app.signals.signal());
  if (!end.started) throw UsageError("the command could not be started: " + end.error);
  if (end.reason == EndReason::channel_lost) throw InfraError("the container was lost: " + end.error);
  // Like a shell: the command's own status, 128 and the signal's number when it was killed.
  return static_cast<ExitCode>(end.exited ? end.code : 128 + end.signal);
}

}  // namespace milepost
