#include "milepost/verify/verifier.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/channel/masking_sink.hpp"

#include "bounded_output.hpp"

#include <csignal>

namespace milepost {

namespace {

bool cannot_run(const ProcessEnd& end, int expected_exit) {
  const bool shell_could_not =
      end.exited && end.code != expected_exit && (end.code == 126 || end.code == 127);
  return !end.started || end.oom || end.reason != EndReason::by_itself || !end.error.empty() ||
         shell_could_not;
}

std::string detail_of(const ProcessEnd& end, Milliseconds timeout) {
  if (!end.started) return "could not be started: " + end.error;
  if (end.reason == EndReason::channel_lost) return "the container was lost: " + end.error;
  if (end.reason == EndReason::total)
    return "timed out after " + duration_text(timeout) + " (setting timeouts.verify)";
  if (end.oom) return "the container ran out of memory (setting resources.memory)";
  if (!end.error.empty()) return end.error;
  if (!end.exited) return "killed by signal " + std::to_string(end.signal);
  std::string text = "exit " + std::to_string(end.code);
  if (end.code == 127) text += ": command not found";
  if (end.code == 126) text += ": command cannot be executed";
  return text;
}

Evidence verify_one(RunningContainer& container, const VerifyCommand& command,
                    const std::vector<std::string>& environment, Milliseconds timeout, const SecretMask& mask,
                    std::stop_token stop) {
  timeout = command.timeout.value_or(timeout);
  ProcessSpec spec;
  spec.argv = {"bash", "-euo", "pipefail", "-c", command.run};
  spec.environment = environment;
  spec.total_limit = timeout;
  BoundedOutput output;
  MaskingSink masking(mask, output);
  const ProcessEnd end = container.run(spec, masking, stop);
  masking.finish();
  if (stop.stop_requested()) throw Stopped(SIGINT);

  Evidence evidence;
  evidence.id = check_id(CheckKind::command, command.run);
  evidence.command = command.run;
  evidence.source = command.source;
  evidence.verdict = cannot_run(end, command.expected_exit)            ? Verdict::infra_error
                     : end.exited && end.code == command.expected_exit ? Verdict::passed
                                                                       : Verdict::failed;
  evidence.detail = detail_of(end, timeout);
  if (end.exited) evidence.exit_code = end.code;
  evidence.duration = end.duration;
  evidence.output = output.text();
  evidence.output_sha256 = output.sha256();
  evidence.output_bytes = output.total_bytes();
  return evidence;
}

}  // namespace

std::vector<Evidence> verify(RunningContainer& container, const std::vector<VerifyCommand>& commands,
                             const std::vector<std::string>& environment, Milliseconds timeout,
                             const SecretMask& mask, std::stop_token stop,
                             const std::function<void(std::size_t)>& on_start) {
  std::vector<Evidence> evidence;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (on_start) on_start(i);
    evidence.push_back(verify_one(container, commands[i], environment, timeout, mask, stop));
  }
  return evidence;
}

}  // namespace milepost
