#include "milepost/verify/verifier.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "bounded_output.hpp"

#include <csignal>

namespace milepost {

namespace {

bool cannot_run(const ProcessEnd& end) {
  return !end.started || end.oom || end.reason != EndReason::by_itself || !end.error.empty() ||
         (end.exited && (end.code == 126 || end.code == 127));
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
                    const std::vector<std::string>& environment, Milliseconds timeout, std::stop_token stop) {
  ProcessSpec spec;
  spec.argv = {"bash", "-euo", "pipefail", "-c", command.run};
  spec.environment = environment;
  spec.total_limit = timeout;
  BoundedOutput output;
  const ProcessEnd end = container.run(spec, output, stop);
  if (stop.stop_requested()) throw Stopped(SIGINT);

  Evidence evidence;
  evidence.command = command.run;
  evidence.source = command.source;
  evidence.verdict = cannot_run(end) ? Verdict::infra_error
                     : end.success() ? Verdict::passed
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
                             std::stop_token stop) {
  std::vector<Evidence> evidence;
  for (const VerifyCommand& command : commands) {
    evidence.push_back(verify_one(container, command, environment, timeout, stop));
  }
  return evidence;
}

}  // namespace milepost
