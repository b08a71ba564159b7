#pragma once

#include "milepost/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// What milepost itself found out about a check. manual: a person has to judge; not_verified: it cannot be
/// checked; overridden: a person takes it as met, whatever milepost found.
enum class Verdict { passed, failed, infra_error, not_verified, manual, overridden };

/// What a check looks at: what a command says, a file that must exist, a link between two files, a truth for
/// a person, an end-to-end scenario, a reviewer's finding.
enum class CheckKind { command, artifact, key_link, truth, e2e, review };

/// A command to verify a task with.
struct VerifyCommand {
  std::string run;                           ///< verbatim for `bash -euo pipefail -c`
  std::string source;                        ///< "--verify", "config verify[0]", "M3.md:14"
  int expected_exit = 0;                     ///< the exit status that passes
  std::optional<Milliseconds> timeout = {};  ///< unset: the configured one
};

/// One check with everything needed to believe or repeat it.
struct Evidence {
  std::string command;  ///< the command, verbatim; of other kinds what is checked, in words
  std::string source;
  Verdict verdict = Verdict::not_verified;
  std::string detail;  ///< "exit 1", "timed out after 15m", "exit 127: command not found"
  int exit_code = -1;  ///< -1: it did not exit by itself
  Milliseconds duration{0};
  std::string output;              ///< bounded: head and tail of stdout and stderr as they came, valid UTF-8
  std::string output_sha256;       ///< of the whole output
  std::uint64_t output_bytes = 0;  ///< of the whole output
  std::string id = {};             ///< of check_id(); empty in journals of earlier versions
  CheckKind kind = CheckKind::command;
};

std::string_view to_string(Verdict verdict);
std::string_view to_string(CheckKind kind);

/// The verdict of several checks together: failed beats infra_error beats passed beats overridden beats
/// manual beats not_verified. So what only a person can judge, or nobody can check, neither spoils what
/// passed nor makes up for what failed. not_verified when there is no check.
Verdict overall(const std::vector<Evidence>& evidence);

/// The stable name of a check, to be typed in a shell: the kind and the subject, "artifact:src/gate.py" or,
/// with an aspect, "artifact:src/gate.py#contains:Gate". Where these are long or hold other characters than
/// those of a path they are shortened, and six hex digits of their hash keep them apart. The same check has
/// the same name wherever it stands in a plan; when its text changes, so does the name.
std::string check_id(CheckKind kind, std::string_view subject, std::string_view aspect = {},
                     std::string_view value = {});

}  // namespace milepost
