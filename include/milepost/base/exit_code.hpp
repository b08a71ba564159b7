#pragma once

#include <span>
#include <string_view>

namespace milepost {

/// What the process tells its caller. The only list of exit codes: help, docs and JSON are made from it.
enum class ExitCode : int {
  ok = 0,
  failed = 1,
  usage = 2,
  environment = 3,
  needs_human = 4,
  limit = 5,
  infra = 6,
  locked = 7,
  cleanup_failed = 8,
  tampered = 9,
  internal = 70,
  hangup = 129,
  interrupt = 130,
  terminated = 143,
};

struct ExitCodeInfo {
  ExitCode code;
  std::string_view name;     ///< as in JSON: "needs_human"
  std::string_view meaning;  ///< one line for help and docs
};

/// Every exit code, in ascending order.
std::span<const ExitCodeInfo> exit_code_table();

/// The JSON name of a code.
std::string_view name_of(ExitCode code);

/// The exit code of an orderly stop on SIGHUP, SIGINT or SIGTERM; another signal gives `interrupt`.
ExitCode exit_code_of_signal(int signal);

}  // namespace milepost
