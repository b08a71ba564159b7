#include "milepost/cli/signal_watcher.hpp"

#include "milepost/base/exit_code.hpp"
#include "milepost/base/time.hpp"

#include <pthread.h>
#include <unistd.h>

namespace milepost {

namespace {

/// timeout(1), sudo and others signal the program and then its whole group, which is one request.
constexpr Milliseconds k_one_request = Milliseconds(100);

}  // namespace

SignalWatcher::SignalWatcher() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  ::sigemptyset(&watched_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    // A signal that our caller ignores (nohup) stays ignored.
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    ::sigaddset(&watched_, signal);
  }
  ::sigaddset(&watched_, SIGCONT);  // continues the process all the same
  ::sigaddset(&watched_, SIGUSR2);  // only wakes the thread at the end
  ::pthread_sigmask(SIG_BLOCK, &watched_, nullptr);
  thread_ = std::jthread([this](std::stop_token done) { watch(done); });
}

SignalWatcher::~SignalWatcher() {
  thread_.request_stop();
  ::pthread_kill(thread_.native_handle(), SIGUSR2);
}

void SignalWatcher::watch(std::stop_token done) {
  SteadyClock::time_point first;
  while (true) {
    int signal = 0;
    if (::sigwait(&watched_, &signal) != 0 || signal == SIGUSR2) {
      if (done.stop_requested()) return;
      continue;
    }
    if (signal == SIGCONT) {
      ++times_continued_;
      continue;
    }
    if (signal_.load() != 0) {
      if (SteadyClock::now() - first < k_one_request) continue;
      ::_exit(static_cast<int>(exit_code_of_signal(signal_.load())));
    }
    first = SteadyClock::now();
    signal_.store(signal);
    source_.request_stop();
  }
}

}  // namespace milepost
