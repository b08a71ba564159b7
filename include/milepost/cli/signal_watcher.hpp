#pragma once

#include <signal.h>

#include <atomic>
#include <stop_token>
#include <thread>

namespace milepost {

/// Turns SIGINT, SIGTERM and SIGHUP into a stop request; SIGPIPE and SIGXFSZ are ignored, so that the write
/// that caused them fails and can be told. Made first thing in main, before any thread: the signals are
/// blocked in every thread and taken by one of our own. A second signal within the stop ends the process at
/// once: the leash then removes the container. One that comes together with the first is not a second one.
class SignalWatcher {
 public:
  SignalWatcher();
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  /// The first signal that came; 0 while there was none.
  int signal() const { return signal_.load(); }
  /// How often the process was continued (SIGCONT, after Ctrl-Z). Any thread.
  unsigned times_continued() const { return times_continued_.load(); }

 private:
  void watch(std::stop_token done);
  sigset_t watched_{};
  std::stop_source source_;
  std::atomic<int> signal_{0};
  std::atomic<unsigned> times_continued_{0};
  std::jthread thread_;
};

}  // namespace milepost
