#pragma once

#include "milepost/base/fd.hpp"
#include "milepost/base/time.hpp"
#include "milepost/channel/channel.hpp"
#include "milepost/channel/outgoing.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace milepost {

/// A thread that takes no signal: the process's are the main thread's, and SIGPIPE becomes EPIPE.
std::thread quiet_thread(std::function<void()> body);

/// The way to the supervisor. A thread of its own sends the heartbeats: the channel's may be held up by a
/// sink whose reader rests, and no container must be lost for that. Any thread.
class Sender {
 public:
  /// `to` does not block. The thread calls `on_beat` after each heartbeat: there may be something left to
  /// flush(), or an earlier deadline().
  Sender(Fd to, const ChannelTimes& times, std::function<void()> on_beat);
  /// close()
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  /// Lets `fill` append frames and writes what is taken now; the descriptor to wait for, -1: nothing is left.
  int flush(const std::function<void(wire::Outgoing& outgoing)>& fill);
  /// Something came from the supervisor.
  void heard();
  /// From now on heartbeats are answered.
  void expect_answers();
  /// When `death` is to be asked again.
  SteadyClock::time_point deadline() const;
  /// Why nobody is there any more; empty: somebody may be.
  std::string death(SteadyClock::time_point now) const;
  void close();

 private:
  void beat();
  void write_some();

  const ChannelTimes times_;
  const std::function<void()> on_beat_;

  mutable std::mutex mutex_;
  std::condition_variable closed_;
  Fd to_;
  wire::Outgoing outgoing_;
  bool is_closed_ = false;
  bool has_answers_ = false;
  std::optional<SteadyClock::time_point>
      unanswered_since_;  ///< the oldest heartbeat without a frame after it
  std::optional<SteadyClock::time_point> failed_at_;

  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace milepost
