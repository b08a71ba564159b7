#pragma once

#include "milepost/base/fd.hpp"
#include "milepost/channel/process_spec.hpp"

#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <optional>
#include <string>

namespace milepost::supervisor {

/// The supervisor's own resource limits at its start. A process of the same user may change them from
/// outside (prlimit(2)), so every child gets these.
class StartLimits {
 public:
  StartLimits();
  /// False with errno when they can't be set any more.
  bool apply() const;

 private:
  std::array<rlimit, RLIM_NLIMITS> limits_{};
};

/// A child between fork and its end. All descriptors are non-blocking and close on exec.
struct Spawned {
  pid_t pid = -1;
  Fd input;   ///< to write; none without input
  Fd output;  ///< to read: pipe, file or pty
  Fd errors;  ///< to read; none with a pty
  Fd report;  ///< end of file once exec has worked; before that a report of what failed
};

/// Forks; throws InfraError when descriptors or processes run out. The child has its own session, default
/// signals, an empty mask and no descriptor but 0, 1, 2.
Spawned spawn(const ProcessSpec& spec, bool has_input, const StartLimits& limits);

/// Why exec did not happen.
struct ExecFailure {
  int code = 126;  ///< as a shell says it: 127 not found, 126 found and not executable
  std::string text;
};
/// Reads `report` once it is readable or the child is dead; nothing: exec worked.
std::optional<ExecFailure> read_exec_report(int report, const ProcessSpec& spec);

}  // namespace milepost::supervisor
