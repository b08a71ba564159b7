#pragma once

#include "milepost/channel/channel.hpp"
#include "milepost/process/process.hpp"

#include <chrono>
#include <condition_variable>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace milepost::test {

/// Without heartbeats, which would hide that one end forgets to wake up.
ChannelTimes quiet();

/// A supervisor that runs on the host, as the child of this test, and a channel to it.
class Supervised {
 public:
  explicit Supervised(const ChannelTimes& times = quiet());

  Channel& channel() { return *channel_; }
  /// What one process did from its start to its end.
  ProcessEnd run(const ProcessSpec& spec);
  ProcessEnd run(const ProcessSpec& spec, OutputSink& sink);

  /// Closes the channel; the status of the supervisor, which has to end by itself.
  ExitStatus close();
  /// The status once the supervisor has ended.
  ExitStatus wait_for_exit();
  ChildProcess& process() { return process_; }

  CollectingSink output{64u << 20};

 private:
  ChildProcess process_;
  std::unique_ptr<Channel> channel_;
};

/// Lets the test wait until a process has printed something.
struct WaitingSink : CollectingSink {
  void on_stdout(std::string_view bytes) override;
  /// False after 20 s without output.
  bool wait_for_output();

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  bool has_output_ = false;
};

/// `bash -c script` in /tmp with a PATH.
ProcessSpec bash(const std::string& script);
ProcessSpec program(std::initializer_list<std::string> argv);

/// Whether a process with this argument vector text (joined by spaces) lives anywhere on this machine.
bool some_process_has_argument(const std::string& marker);

/// An argument that no other process has.
std::string unique_marker();

}  // namespace milepost::test
