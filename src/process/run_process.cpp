#include "milepost/base/error.hpp"
#include "milepost/base/stop_fd.hpp"
#include "milepost/base/text.hpp"
#include "milepost/process/process.hpp"
#include "milepost/process/sigpipe_block.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace milepost {

namespace {

using Time = SteadyClock::time_point;

constexpr Milliseconds k_term_grace = std::chrono::seconds(1);  ///< from SIGTERM to SIGKILL
constexpr Milliseconds k_kill_limit = std::chrono::seconds(5);  ///< from SIGKILL to giving up
constexpr Milliseconds k_drain_grace{500};  ///< for pipes that something else holds open after the end

void make_nonblocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) throw_errno("cannot set up a pipe");
}

/// Reads what is there; closes the pipe at its end. Everything is read, a bounded part is kept.
void read_available(Fd& pipe, const RunLimits& limits, std::string& kept, bool& truncated) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(pipe.get(), buffer.data(), buffer.size());
  if (count > 0) {
    const std::size_t bytes = static_cast<std::size_t>(count);
    const std::size_t room = limits.output_bytes - std::min(limits.output_bytes, kept.size());
    kept.append(buffer.data(), std::min(bytes, room));
    truncated = truncated || bytes > room;
    if (limits.on_output) limits.on_output({buffer.data(), bytes});
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    pipe.reset();
  }
}

/// Writes what the pipe takes; closes it when all is written or nobody reads any more.
void write_available(Fd& pipe, std::string_view& input) {
  if (!input.empty()) {
    SigpipeBlock block;
    const ssize_t count = ::write(pipe.get(), input.data(), input.size());
    if (count >= 0)
      input.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EAGAIN && errno != EINTR)
      input = {};
  }
  if (input.empty()) pipe.reset();
}

/// One run of a child: its three pipes, its end, and who may still end it.
class Run {
 public:
  Run(const HostCommand& command, const RunLimits& limits, std::string_view input)
      : limits_(limits), input_(input), child_(ChildProcess::start(command)), name_(command.argv[0]) {
    for (Fd* pipe : {&child_.stdin_pipe(), &child_.stdout_pipe(), &child_.stderr_pipe()})
      make_nonblocking(pipe->get());
    if (input_.empty()) child_.stdin_pipe().reset();
    // Beyond any steady clock's range, a limit is no limit.
    deadline_ =
        start_ + std::clamp<Milliseconds>(limits.timeout, Milliseconds(0), std::chrono::hours(24 * 365));
    if (limits.stop.stop_possible()) stop_fd_.emplace(limits.stop);
  }

  RunResult to_end() {
    while (!done_) {
      poll_once();
      act_on_time(SteadyClock::now());
      if (ended_ && !child_.stdout_pipe() && !child_.stderr_pipe()) done_ = true;
    }
    if (const auto status = child_.wait(Milliseconds(0))) result_.status = *status;
    result_.duration = std::chrono::duration_cast<Milliseconds>(SteadyClock::now() - start_);
    return std::move(result_);
  }

 private:
  enum class Phase { running, terminating, killed };

  void poll_once() {
    // poll() ignores negative descriptors.
    std::array<pollfd, 5> entries{{{child_.stdin_pipe().get(), POLLOUT, 0},
                                   {child_.stdout_pipe().get(), POLLIN, 0},
                                   {child_.stderr_pipe().get(), POLLIN, 0},
                                   {ended_ ? -1 : child_.end_fd(), POLLIN, 0},
                                   {stop_fd_ && phase_ == Phase::running ? stop_fd_->get() : -1, POLLIN, 0}}};
    const auto left = std::chrono::ceil<Milliseconds>(deadline_ - SteadyClock::now());
    const int wait = static_cast<int>(std::clamp<long long>(left.count(), 0, 1 << 30));
    if (::poll(entries.data(), entries.size(), wait) < 0) {
      if (errno == EINTR) return;
      throw_errno("cannot wait for '" + printable(name_) + "'");
    }
    if (entries[0].revents) write_available(child_.stdin_pipe(), input_);
    bool ignored = false;
    if (entries[1].revents) read_available(child_.stdout_pipe(), limits_, result_.out, result_.out_truncated);
    if (entries[2].revents) read_available(child_.stderr_pipe(), limits_, result_.err, ignored);
    if (entries[3].revents) {
      ended_ = true;
      deadline_ = SteadyClock::now() + k_drain_grace;
    }
    if (entries[4].revents && !ended_) {
      result_.stopped = true;
      terminate();
    }
  }

  void act_on_time(Time now) {
    if (now < deadline_) return;
    if (ended_) {
      // Something outside the group holds the pipes when they are still open after the second grace.
      if (reaped_) done_ = true;
      child_.wait(Milliseconds(0));
      reaped_ = true;
      deadline_ = now + k_drain_grace;
      return;
    }
    switch (phase_) {
      case Phase::running:
        result_.timed_out = true;
        terminate();
        break;
      case Phase::terminating:
        child_.kill(SIGKILL);
        phase_ = Phase::killed;
        deadline_ = now + k_kill_limit;
        break;
      case Phase::killed:
        throw InfraError("'" + printable(name_) + "' does not end, not even after SIGKILL",
                         "a process that hangs in the kernel usually waits for a dead disk or network mount");
    }
  }

  void terminate() {
    child_.kill(SIGTERM);
    phase_ = Phase::terminating;
    deadline_ = SteadyClock::now() + k_term_grace;
  }

  const RunLimits& limits_;
  std::string_view input_;
  const Time start_ = SteadyClock::now();
  ChildProcess child_;
  std::string name_;
  std::optional<StopFd> stop_fd_;
  Phase phase_ = Phase::running;
  Time deadline_;
  bool ended_ = false, reaped_ = false, done_ = false;
  RunResult result_;
};

}  // namespace

RunResult run_process(const HostCommand& command, const RunLimits& limits, std::string_view input) {
  return Run(command, limits, input).to_end();
}

}  // namespace milepost
