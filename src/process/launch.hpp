#pragma once

#include "milepost/base/fd.hpp"
#include "milepost/process/process.hpp"

namespace milepost {

/// A child that has executed its program, leads its own process group and has not been reaped.
struct LaunchedChild {
  int pid = -1;
  Fd pidfd;  ///< readable when the child has ended
  Fd to_stdin, from_stdout, from_stderr;
};

/// Throws EnvironmentError when the program does not exist or cannot be executed, InfraError when the machine
/// has no process or descriptor left.
LaunchedChild launch(const HostCommand& command);

}  // namespace milepost
