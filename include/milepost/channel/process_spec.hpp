#pragma once

#include "milepost/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// How the supervisor reads a process's standard output.
enum class OutputMode : std::uint8_t {
  pipe = 0,
  file = 1,  ///< a file that is followed: for CLIs that lose output on a pipe when they exit
  pty = 2,   ///< a terminal, for `milepost shell`; standard error is the same stream
};

/// A process to start in the container. The supervisor adds nothing to the environment but what is here.
struct ProcessSpec {
  std::vector<std::string> argv;         ///< argv[0] is looked up in the PATH of `environment`
  std::vector<std::string> environment;  ///< "NAME=value"; secrets travel here and nowhere else
  std::string directory = "/workspace";
  std::string input;        ///< standard input, any size, then end of file
  bool open_input = false;  ///< keep standard input open for write_input() after `input`
  OutputMode output = OutputMode::pipe;
  Milliseconds idle_limit{0};   ///< without output for so long: killed; 0 = none
  Milliseconds total_limit{0};  ///< 0 = none
  Milliseconds kill_grace =
      std::chrono::seconds(2);            ///< between SIGTERM and SIGKILL of the tree at a limit or a stop
  std::uint16_t columns = 80, rows = 24;  ///< of a pty
};

/// Why the supervisor ended a process.
enum class EndReason : std::uint8_t {
  by_itself = 0,
  idle = 1,
  total = 2,
  completion_grace = 3,
  asked = 4,
  channel_lost = 5
};

/// The end of a process: everything it started is dead, everything it wrote has been delivered.
struct ProcessEnd {
  bool started = true;  ///< false: exec failed; `error` says why and `code` is 126 or 127
  bool exited = false;  ///< true: `code`; false: `signal`
  int code = 0;
  int signal = 0;
  EndReason reason = EndReason::by_itself;
  bool oom = false;             ///< the kernel killed something in the container for memory while it ran
  std::uint32_t survivors = 0;  ///< processes of its tree that were still alive at its end, and were killed
  Milliseconds duration{0};
  Milliseconds cpu{0};
  std::uint64_t max_rss_bytes = 0;
  std::uint64_t stdout_bytes = 0, stderr_bytes = 0;  ///< sent by the supervisor
  std::string error;  ///< for started == false, channel_lost, or bytes that were lost on the way

  bool success() const {
    return started && exited && code == 0 && reason == EndReason::by_itself && error.empty();
  }
};

std::string_view to_string(EndReason reason);

}  // namespace milepost
