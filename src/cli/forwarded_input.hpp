#pragma once

#include "milepost/channel/channel.hpp"

#include <atomic>
#include <thread>

namespace milepost {

/// Whether standard input holds something for a command: it is neither a terminal nor /dev/null. A command
/// that is given a pipe may search or wait for that instead of doing its work, so it gets none without a
/// reason.
bool has_input_to_forward();

/// Hands standard input to a process with open_input, on a thread of its own, no faster than the process
/// reads. Its end does not wait for that of the input.
class ForwardedInput {
 public:
  explicit ForwardedInput(ChannelProcess& process);
  ~ForwardedInput();
  ForwardedInput(const ForwardedInput&) = delete;
  ForwardedInput& operator=(const ForwardedInput&) = delete;

  /// errno where the input broke off; 0: it did not. A process with half of its input is killed. Any thread.
  int failure() const { return failure_.load(); }

 private:
  void forward(const std::stop_token& done);

  ChannelProcess& process_;
  std::atomic<int> failure_{0};
  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace milepost
