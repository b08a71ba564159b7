#include "milepost/base/log.hpp"
#include "milepost/process/process.hpp"

#include "launch.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

namespace milepost {

namespace {

/// How long a process may take to end after SIGKILL before its remains are left to init: one that hangs in
/// the kernel must not hang us.
constexpr Milliseconds k_reap_limit = std::chrono::seconds(5);

ExitStatus status_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) return {false, 0, WTERMSIG(wait_status)};
  return {true, WEXITSTATUS(wait_status), 0};
}

bool wait_readable(int fd, Milliseconds limit) {
  const auto deadline = SteadyClock::now() + limit;
  pollfd entry{fd, POLLIN, 0};
  while (true) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - SteadyClock::now());
    const int count = ::poll(&entry, 1, static_cast<int>(std::clamp<long long>(left.count(), 0, 1 << 30)));
    if (count > 0) return true;
    if (count == 0 && left.count() <= 0) return false;
    if (count < 0 && errno != EINTR) return false;
  }
}

}  // namespace

std::string ExitStatus::text() const {
  if (exited) return "exit " + std::to_string(code);
  return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

struct ChildProcess::State {
  explicit State(LaunchedChild launched) : child(std::move(launched)) {}
  LaunchedChild child;
  std::mutex mutex;  ///< between kill() and the reaping that frees the pid for reuse
  std::optional<ExitStatus> status;
};

ChildProcess::ChildProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChildProcess::ChildProcess(ChildProcess&&) noexcept = default;

ChildProcess ChildProcess::start(const HostCommand& command) {
  return ChildProcess(std::make_unique<State>(launch(command)));
}

ChildProcess::~ChildProcess() {
  if (!state_) return;
  kill(SIGKILL);
  if (!wait(k_reap_limit))
    log::error("process " + std::to_string(pid()) + " does not end after SIGKILL; it is left behind");
}

Fd& ChildProcess::stdin_pipe() {
  return state_->child.to_stdin;
}
Fd& ChildProcess::stdout_pipe() {
  return state_->child.from_stdout;
}
Fd& ChildProcess::stderr_pipe() {
  return state_->child.from_stderr;
}
int ChildProcess::pid() const {
  return state_->child.pid;
}
int ChildProcess::end_fd() const {
  return state_->child.pidfd.get();
}

void ChildProcess::kill(int signal) {
  std::lock_guard lock(state_->mutex);
  if (!state_->status) ::kill(-state_->child.pid, signal);
}

std::optional<ExitStatus> ChildProcess::wait(Milliseconds limit) {
  if (state_->status) return state_->status;
  if (!wait_readable(state_->child.pidfd.get(), limit)) return {};
  std::lock_guard lock(state_->mutex);
  // The ended leader still holds the group's number, so this cannot hit a stranger.
  ::kill(-state_->child.pid, SIGKILL);
  int wait_status = 0;
  pid_t reaped;
  do {
    reaped = ::waitpid(state_->child.pid, &wait_status, 0);
  } while (reaped < 0 && errno == EINTR);
  state_->status = reaped == state_->child.pid ? status_of(wait_status) : ExitStatus{false, 0, SIGKILL};
  return state_->status;
}

}  // namespace milepost
