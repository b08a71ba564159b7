#pragma once

#include "milepost/base/fd.hpp"
#include "milepost/channel/message.hpp"
#include "milepost/channel/outgoing.hpp"

#include "child.hpp"
#include "oom_counter.hpp"
#include "spawn.hpp"
#include "trees.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace milepost::supervisor {

/// What the supervisor's own exit code says (docs/channel.md).
enum class Exit : int {
  host_closed = 0,  ///< end of file on standard input, or SIGTERM from outside the container
  usage = 2,
  internal = 3,  ///< a descriptor, memory or system call that must work did not
  protocol = 4,  ///< the host sent something else than the protocol
  leash = 5,     ///< no frame from the host for the length of the leash
  max_life = 6,
};

/// Serves one host over two descriptors until it goes away; then everything that was started is dead.
class Supervisor {
 public:
  Supervisor(Fd from_host, Fd to_host);
  /// Blocks. The text of the last frame and of the line on standard error is in `why`.
  Exit run(std::string& why);

 private:
  struct Ending {
    Exit code;
    std::string why;
  };

  void serve();
  int poll_timeout(Clock::time_point now) const;
  void read_host();
  void dispatch(const wire::Frame& frame);
  void on_hello(const wire::HostHello& hello);
  void on_start(std::uint32_t process, const wire::StartPart& part);
  void read_signals();
  void reap();
  void check_leash();
  void flush();

  Fd from_host_, to_host_, signals_;
  bool is_first_process_;
  wire::FrameReader reader_;
  wire::Outgoing outgoing_;
  OomCounter oom_;
  StartLimits limits_;
  Trees trees_;
  std::map<std::uint32_t, std::unique_ptr<Child>> children_;
  bool childless_ = true;

  std::uint32_t last_process_ = 0;
  std::uint32_t starting_process_ = 0;  ///< whose parts are in start_bytes_; 0 = none
  std::string start_bytes_;

  bool greeted_ = false;
  Clock::time_point last_frame_;
  Milliseconds leash_;
  Clock::time_point end_of_life_ = Clock::time_point::max();
  Milliseconds max_life_{0};
};

}  // namespace milepost::supervisor
