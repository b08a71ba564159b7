#include "child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace milepost::supervisor {

namespace {

constexpr std::size_t k_credit_bytes = 64 * 1024;
constexpr Milliseconds k_follow_pause{20};
constexpr Milliseconds k_longest_kill_pause{50};
constexpr Milliseconds k_unkillable_after = std::chrono::seconds(20);
constexpr Milliseconds k_terminal_drain{500};
constexpr std::uint64_t k_punch_bytes = 1 << 20;
constexpr char k_end_of_input = 0x04;  // a terminal's VEOF

enum : std::size_t { k_report_poll, k_input_poll, k_output_poll, k_errors_poll };

std::size_t readable_bytes(const Fd& pipe) {
  int bytes = 0;
  return pipe && ::ioctl(pipe.get(), FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes)
                                                                         : 0;
}

Milliseconds of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::duration_cast<Milliseconds>(std::chrono::microseconds(time.tv_usec));
}

}  // namespace

Child::Child(std::uint32_t id, wire::StartRequest request, const StartLimits& limits,
             Surroundings surroundings)
    : id_(id), spec_(std::move(request.spec)), surroundings_(surroundings) {
  oom_kills_at_start_ = surroundings_.oom.kills();
  streams_ = spawn(spec_, request.has_input, limits);
  root_ = {streams_.pid, start_ticks_of(streams_.pid)};
  surroundings_.trees.add(root_);
  started_at_ = last_output_ = Clock::now();
  next_follow_ = started_at_ + k_follow_pause;
  if (!request.has_input) input_ends_ = true;
}

Child::~Child() {
  surroundings_.trees.remove(root_);
}

void Child::add_input(std::string_view bytes) {
  uncredited_bytes_ += bytes.size();
  if (uncredited_bytes_ > wire::k_input_window_bytes)
    throw wire::ProtocolError("more input for process " + std::to_string(id_) + " than its window allows");
  if (input_ends_ && streams_.input)
    throw wire::ProtocolError("input for process " + std::to_string(id_) + " after its end");
  if (!streams_.input) {
    consumed_bytes_ += bytes.size();
    give_credit();
    return;
  }
  input_.append(bytes);
  send_input();
}

void Child::end_input() {
  if (input_ends_) return;
  input_ends_ = true;
  if (spec_.output == OutputMode::pty) input_.push_back(k_end_of_input);
  send_input();
}

void Child::send_input() {
  while (streams_.input && input_sent_ < input_.size()) {
    const ssize_t written =
        ::write(streams_.input.get(), input_.data() + input_sent_, input_.size() - input_sent_);
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) break;
      drop_input();
      return;
    }
    input_sent_ += static_cast<std::size_t>(written);
    consumed_bytes_ += static_cast<std::size_t>(written);
  }
  const bool all_sent = input_sent_ == input_.size();
  if (all_sent) {
    input_.clear();
    input_sent_ = 0;
  }
  if (all_sent || consumed_bytes_ >= k_credit_bytes) give_credit();
  if (all_sent && input_ends_) streams_.input.reset();
}

void Child::give_credit() {
  const std::size_t bytes = std::min(consumed_bytes_, uncredited_bytes_);  // a terminal's end byte is ours
  consumed_bytes_ = 0;
  if (bytes == 0) return;
  uncredited_bytes_ -= bytes;
  wire::append_message(surroundings_.outgoing.tail(), id_,
                       wire::InputCredit{static_cast<std::uint32_t>(bytes)});
}

/// The process does not read any more: what comes for it is taken and thrown away.
void Child::drop_input() {
  streams_.input.reset();
  consumed_bytes_ = uncredited_bytes_;
  input_ = {};
  input_sent_ = 0;
  give_credit();
}

void Child::signal_group(int number) {
  if (phase_ != Phase::running) return;
  // Before the child's setsid() there is no such group yet.
  if (::kill(-root_.pid, number) != 0 && errno == ESRCH) ::kill(root_.pid, number);
}

void Child::stop_tree(Clock::time_point now) {
  begin_end(EndReason::asked, spec_.kill_grace, now);
}

void Child::kill_tree(Clock::time_point now) {
  begin_end(EndReason::asked, Milliseconds(0), now);
}

void Child::finish_within(Milliseconds grace, Clock::time_point now) {
  finish_at_ = now + grace;
}

void Child::resize(std::uint16_t columns, std::uint16_t rows) {
  if (spec_.output != OutputMode::pty || !streams_.output) return;
  winsize size{};
  size.ws_col = columns;
  size.ws_row = rows;
  ::ioctl(streams_.output.get(), TIOCSWINSZ, &size);
}

void Child::want(std::array<pollfd, k_polls>& polls) {
  was_backlogged_ = surroundings_.backlogged();
  const bool reads_output = !surroundings_.backlogged() && phase_ != Phase::finished;
  const bool is_file = spec_.output == OutputMode::file;
  polls[k_report_poll] = {streams_.report.get(), POLLIN, 0};
  polls[k_input_poll] = {input_sent_ < input_.size() ? streams_.input.get() : -1, POLLOUT, 0};
  polls[k_output_poll] = {reads_output && !is_file ? streams_.output.get() : -1, POLLIN, 0};
  polls[k_errors_poll] = {reads_output ? streams_.errors.get() : -1, POLLIN, 0};
  if (phase_ == Phase::draining && spec_.output != OutputMode::pty)
    polls[k_output_poll].fd = polls[k_errors_poll].fd = -1;  // advance() reads what is left
}

void Child::react(const std::array<pollfd, k_polls>& polls) {
  if (polls[k_report_poll].revents != 0 && streams_.report) read_report();
  if (polls[k_input_poll].revents != 0) send_input();
  if (phase_ == Phase::draining) return;
  if (polls[k_output_poll].revents != 0)
    forward(streams_.output, /*is_stderr=*/false, wire::k_max_payload_bytes);
  if (polls[k_errors_poll].revents != 0)
    forward(streams_.errors, /*is_stderr=*/true, wire::k_max_payload_bytes);
}

void Child::read_report() {
  const auto failure = read_exec_report(streams_.report.get(), spec_);
  streams_.report.reset();
  if (failure) {
    end_.started = false;
    end_.code = failure->code;
    end_.error = failure->text;
  } else {
    wire::append_message(surroundings_.outgoing.tail(), id_, wire::Started{root_.pid});
  }
}

bool Child::forward(Fd& from, bool is_stderr, std::size_t limit) {
  if (!from || surroundings_.backlogged()) return false;
  char bytes[wire::k_max_payload_bytes];
  const ssize_t length = ::read(from.get(), bytes, std::min(limit, sizeof bytes));
  if (length <= 0) {
    // A terminal whose last process has closed it says EIO.
    if (length == 0 || (errno != EAGAIN && errno != EINTR)) from.reset();
    return false;
  }
  const auto count = static_cast<std::size_t>(length);
  (is_stderr ? end_.stderr_bytes : end_.stdout_bytes) += count;
  wire::append_message(surroundings_.outgoing.tail(), id_,
                       wire::OutputData{std::string_view(bytes, count), is_stderr});
  last_output_ = Clock::now();
  return true;
}

void Child::follow_file(std::size_t limit) {
  if (!streams_.output || surroundings_.backlogged()) return;
  struct stat info {};
  if (::fstat(streams_.output.get(), &info) != 0) return;
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size < file_offset_) {
    end_.error = "the process has cut its own output file: output may be lost";
    file_offset_ = size;
  }
  while (limit > 0 && !surroundings_.backlogged()) {
    char bytes[wire::k_max_payload_bytes];
    const ssize_t length = ::pread(streams_.output.get(), bytes, std::min(limit, sizeof bytes),
                                   static_cast<off_t>(file_offset_));
    if (length <= 0) break;
    const auto count = static_cast<std::size_t>(length);
    limit -= count;
    const std::uint64_t before = file_offset_ / k_punch_bytes;
    file_offset_ += count;
    end_.stdout_bytes += count;
    wire::append_message(surroundings_.outgoing.tail(), id_,
                         wire::OutputData{std::string_view(bytes, count), /*is_stderr=*/false});
    last_output_ = Clock::now();
    // What was sent need not stay on a file system that may be memory.
    if (const std::uint64_t after = file_offset_ / k_punch_bytes; after != before)
      ::fallocate(streams_.output.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  static_cast<off_t>(before * k_punch_bytes),
                  static_cast<off_t>((after - before) * k_punch_bytes));
  }
}

void Child::main_ended(int status, const rusage& usage, Clock::time_point now) {
  if (streams_.report) read_report();
  if (end_.started) {
    end_.exited = WIFEXITED(status);
    end_.code = end_.exited ? WEXITSTATUS(status) : 0;
    end_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  end_.duration = std::chrono::duration_cast<Milliseconds>(now - started_at_);
  add_usage(usage);
  if (streams_.input) drop_input();
  phase_ = Phase::killing;
  if (killing_since_ == Clock::time_point::max()) killing_since_ = now;
  kill_at_ = now;
  kill_pause_ = Milliseconds(1);
}

void Child::add_usage(const rusage& usage) {
  end_.cpu += of(usage.ru_utime) + of(usage.ru_stime);
  end_.max_rss_bytes = std::max(end_.max_rss_bytes, static_cast<std::uint64_t>(usage.ru_maxrss) * 1024);
}

void Child::begin_end(EndReason reason, Milliseconds grace, Clock::time_point now) {
  if (phase_ != Phase::running) return;
  if (!reason_) reason_ = reason;
  if (kill_at_ != Clock::time_point::max()) {
    kill_at_ = std::min(kill_at_, now + grace);
    return;
  }
  kill_at_ = now + grace;
  if (grace > Milliseconds(0)) surroundings_.trees.signal(root_, SIGTERM);
}

void Child::enforce_limits(Clock::time_point now) {
  // A process that waits for the host to take its output is not idle.
  if (was_backlogged_ || surroundings_.backlogged()) last_output_ = now;
  if (spec_.total_limit > Milliseconds(0) && now >= started_at_ + spec_.total_limit)
    begin_end(EndReason::total, spec_.kill_grace, now), spec_.total_limit = Milliseconds(0);
  if (spec_.idle_limit > Milliseconds(0) && now >= last_output_ + spec_.idle_limit)
    begin_end(EndReason::idle, spec_.kill_grace, now), spec_.idle_limit = Milliseconds(0);
  if (finish_at_ && now >= *finish_at_)
    begin_end(EndReason::completion_grace, spec_.kill_grace, now), finish_at_.reset();
  if (now < kill_at_) return;
  if (killing_since_ == Clock::time_point::max()) killing_since_ = now;
  surroundings_.trees.signal(root_, SIGKILL);
  kill_at_ = now + k_longest_kill_pause;
  if (now >= killing_since_ + k_unkillable_after) {
    is_lost_ = true;
    end_.signal = SIGKILL;
    end_.duration = std::chrono::duration_cast<Milliseconds>(now - started_at_);
    phase_ = Phase::killing;
  }
}

void Child::kill_rest(Clock::time_point now, bool childless) {
  if (now < kill_at_ && !childless) return;
  const std::size_t living = childless ? 0 : surroundings_.trees.living(root_);
  if (living == 0) return begin_draining(now);
  end_.survivors = std::max(end_.survivors, static_cast<std::uint32_t>(living));
  if (now >= killing_since_ + k_unkillable_after) {
    end_.error = std::to_string(living) + " processes of its tree could not be killed";
    return begin_draining(now);
  }
  surroundings_.trees.signal(root_, SIGKILL);
  kill_at_ = now + kill_pause_;
  kill_pause_ = std::min(kill_pause_ * 2, k_longest_kill_pause);
}

void Child::begin_draining(Clock::time_point now) {
  phase_ = Phase::draining;
  kill_at_ = Clock::time_point::max();
  // Its writers are dead. A process of another tree may hold the pipe too; what that writes later is not
  // ours.
  errors_left_ = readable_bytes(streams_.errors);
  if (spec_.output == OutputMode::pipe) output_left_ = readable_bytes(streams_.output);
  if (spec_.output == OutputMode::pty) drain_until_ = now + k_terminal_drain;
  struct stat info {};
  if (spec_.output == OutputMode::file && ::fstat(streams_.output.get(), &info) == 0)
    output_left_ =
        static_cast<std::size_t>(std::max<off_t>(info.st_size - static_cast<off_t>(file_offset_), 0));
}

void Child::drain(Clock::time_point now) {
  const auto empty_pipe = [&](Fd& pipe, bool is_stderr, std::size_t& left) {
    std::uint64_t& sent = is_stderr ? end_.stderr_bytes : end_.stdout_bytes;
    while (left > 0 && pipe && !surroundings_.backlogged()) {
      const std::uint64_t before = sent;
      if (!forward(pipe, is_stderr, left)) {
        left = 0;  // somebody else has read the rest
        break;
      }
      left -= static_cast<std::size_t>(sent - before);
    }
    if (!pipe) left = 0;
  };
  empty_pipe(streams_.errors, /*is_stderr=*/true, errors_left_);
  switch (spec_.output) {
    case OutputMode::pipe:
      empty_pipe(streams_.output, /*is_stderr=*/false, output_left_);
      break;
    case OutputMode::file: {
      const std::uint64_t before = file_offset_;
      follow_file(output_left_);
      const std::uint64_t moved = file_offset_ > before ? file_offset_ - before : 0;
      if (moved == 0 && !surroundings_.backlogged()) output_left_ = 0;
      output_left_ -= static_cast<std::size_t>(std::min<std::uint64_t>(moved, output_left_));
      break;
    }
    case OutputMode::pty:
      while (forward(streams_.output, /*is_stderr=*/false, wire::k_max_payload_bytes)) {
      }
      if (!streams_.output || (now >= drain_until_ && !surroundings_.backlogged())) break;
      return;
  }
  if (output_left_ == 0 && errors_left_ == 0) send_end();
}

void Child::send_end() {
  end_.reason = reason_.value_or(EndReason::by_itself);
  end_.oom = surroundings_.oom.kills() > oom_kills_at_start_;
  if (is_lost_ && end_.error.empty()) end_.error = "the process could not be killed";
  wire::append_message(surroundings_.outgoing.tail(), id_, wire::Ended{end_});
  phase_ = Phase::finished;
}

void Child::advance(Clock::time_point now, bool childless) {
  if (phase_ == Phase::running) {
    if (spec_.output == OutputMode::file && now >= next_follow_) {
      const std::uint64_t before = file_offset_;
      follow_file(k_backlog_bytes);
      next_follow_ = file_offset_ == before && !surroundings_.backlogged() ? now + k_follow_pause : now;
    }
    enforce_limits(now);
  }
  if (phase_ == Phase::killing) kill_rest(now, childless);
  if (phase_ == Phase::draining) drain(now);
}

Clock::time_point Child::next_deadline() const {
  Clock::time_point next = kill_at_;
  // No descriptor says that there is room again: it may all have been sent in the same turn.
  if (phase_ == Phase::draining && spec_.output != OutputMode::pty && !surroundings_.backlogged())
    return Clock::time_point::min();
  if (phase_ == Phase::draining) return std::min(next, drain_until_);
  if (phase_ != Phase::running) return next;
  if (spec_.output == OutputMode::file && !surroundings_.backlogged()) next = std::min(next, next_follow_);
  if (spec_.total_limit > Milliseconds(0)) next = std::min(next, started_at_ + spec_.total_limit);
  if (spec_.idle_limit > Milliseconds(0)) {
    const Clock::time_point idle_at =
        surroundings_.backlogged() ? Clock::now() + spec_.idle_limit : last_output_ + spec_.idle_limit;
    next = std::min(next, idle_at);
  }
  if (finish_at_) next = std::min(next, *finish_at_);
  return next;
}

}  // namespace milepost::supervisor
