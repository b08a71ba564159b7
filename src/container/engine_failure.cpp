#include "engine_failure.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <signal.h>

namespace milepost {

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Warnings are no cause: a rootless Podman says these at every start, also at one that failed for another
/// reason.
bool is_warning(std::string_view line) {
  return (line.starts_with("time=") && contains(line, " level=warning ")) ||
         line.starts_with("Resource limits are not supported and ignored");
}

bool is_noise(std::string_view line) {
  return is_warning(line) || line.empty() || line.starts_with("See 'docker ") ||
         line.starts_with("See 'podman ") || line.starts_with("Run 'docker ") ||
         line.starts_with("Emulate Docker CLI using podman");
}

}  // namespace

std::string client_words(std::string_view error_output) {
  std::string words;
  for (const std::string_view line : lines_of(error_output)) {
    if (!is_noise(trim(line))) words += (words.empty() ? "" : "; ") + std::string(trim(line));
  }
  return one_line(words, 1000);
}

std::string client_words(const RunResult& result) {
  if (result.timed_out)
    return "no answer within " + human_duration(std::chrono::ceil<Seconds>(result.duration));
  std::string words = client_words(result.err);
  return words.empty() ? "it ended with " + result.status.text() + " and said nothing" : words;
}

bool says_no_such(std::string_view words) {
  const std::string lower = to_lower_ascii(words);
  return contains(lower, "no such container") || contains(lower, "no such volume") ||
         contains(lower, "no such image") || contains(lower, "image not known") ||
         contains(lower, "no such network") || (contains(lower, "network") && contains(lower, "not found"));
}

std::string next_step_for(EngineKind kind, std::string_view words) {
  const std::string lower = to_lower_ascii(words);
  if (contains(lower, "permission denied") && contains(lower, "sock"))
    return "add yourself to the group that may use it (sudo usermod -aG docker \"$USER\", then log in "
           "again), "
           "or use --engine podman";
  if (contains(lower, "cannot connect to the docker daemon") ||
      contains(lower, "is the docker daemon running"))
    return "start the engine (sudo systemctl start docker) and try again";
  if (contains(lower, "no answer within"))
    return kind == EngineKind::docker
               ? "see whether the engine hangs (sudo systemctl status docker), or restart it"
               : "see whether 'podman ps' answers on its own";
  if (says_no_such(words) && contains(lower, "image")) return "build the image with 'milepost setup'";
  if (contains(lower, "exec format error"))
    return "the image or the supervisor is for another processor architecture: rebuild it with 'milepost "
           "setup'";
  if (contains(lower, "no space left on device")) return "free disk space where the engine keeps its data";
  if (contains(lower, "bind source path does not exist") || contains(lower, "statfs"))
    return "check that the path exists on the machine where the engine runs";
  if (contains(lower, "setting rlimit"))
    return "raise the hard limits of the calling shell (ulimit -Hn, ulimit -Hu)";
  return {};
}

void require_success(const ContainerEngine& engine, const RunResult& result, const std::string& what) {
  if (result.stopped) throw Stopped(SIGINT);
  if (result.success()) return;
  const std::string words = client_words(result);
  throw InfraError(engine.name() + ": cannot " + what + ": " + words, next_step_for(engine.kind(), words));
}

}  // namespace milepost
