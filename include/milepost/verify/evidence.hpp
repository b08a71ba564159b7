#pragma once

#include "milepost/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// What milepost itself found out about a check.
enum class Verdict { passed, failed, infra_error, not_verified, manual };

/// A command to verify a task with.
struct VerifyCommand {
  std::string run;                           ///< verbatim for `bash -euo pipefail -c`
  std::string source;                        ///< "--verify", "config verify[0]", "M3.md:14"
  int expected_exit = 0;                     ///< the exit status that passes
  std::optional<Milliseconds> timeout = {};  ///< unset: the configured one
};

/// One check with everything needed to believe or repeat it.
struct Evidence {
  std::string command;
  std::string source;
  Verdict verdict = Verdict::not_verified;
  std::string detail;  ///< "exit 1", "timed out after 15m", "exit 127: command not found"
  int exit_code = -1;  ///< -1: it did not exit by itself
  Milliseconds duration{0};
  std::string output;              ///< bounded: head and tail of stdout and stderr as they came, valid UTF-8
  std::string output_sha256;       ///< of the whole output
  std::uint64_t output_bytes = 0;  ///< of the whole output
};

std::string_view to_string(Verdict verdict);

/// The verdict of a whole task: failed beats infra_error beats passed; not_verified when there is no check.
Verdict overall(const std::vector<Evidence>& evidence);

}  // namespace milepost
