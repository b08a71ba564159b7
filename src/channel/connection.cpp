#include "connection.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/version.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <variant>

namespace milepost {

namespace {

constexpr std::size_t k_backlog_bytes = 256 * 1024;
constexpr std::size_t k_input_ahead_bytes = 256 * 1024;
constexpr Milliseconds k_stop_margin{2500};
constexpr Milliseconds k_answer_limit{2000};  // a supervisor that runs answers at once
constexpr Milliseconds k_let_go_limit = std::chrono::seconds(5);

void set_flags(const Fd& fd) {
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

int poll_timeout(SteadyClock::time_point now, SteadyClock::time_point next) {
  if (next <= now) return 0;
  const auto wait = std::chrono::ceil<Milliseconds>(next - now);
  return static_cast<int>(std::min<Milliseconds::rep>(wait.count(), 3'600'000));
}

std::string lost_bytes(std::string_view stream, std::uint64_t sent, std::uint64_t received) {
  if (sent == received) return {};
  return "bytes of " + std::string(stream) + " were lost on the way: " + std::to_string(sent) + " sent, " +
         std::to_string(received) + " received";
}

}  // namespace

Connection::Connection(Fd to_supervisor, Fd from_supervisor, const ChannelTimes& times)
    : times_(times), from_(std::move(from_supervisor)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_) throw_errno("cannot make an event descriptor");
  set_flags(to_supervisor);
  set_flags(from_);
  sender_.emplace(std::move(to_supervisor), times_, [this] { wake(); });
  thread_ = quiet_thread([this] { serve(); });
}

Connection::~Connection() {
  close();
}

void Connection::hang_up() {
  {
    const std::lock_guard lock(mutex_);
    hanging_up_ = true;
  }
  wake();
}

void Connection::close() {
  {
    const std::lock_guard lock(mutex_);
    hanging_up_ = closing_ = true;
  }
  wake();
  if (thread_.joinable()) thread_.join();
}

void Connection::wait_for_hello(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const auto deadline = SteadyClock::now() + times_.handshake;
  if (!changed_.wait_until(lock, stop, deadline, [&] { return greeted_ || dead_; })) {
    if (stop.stop_requested()) throw Stopped(SIGINT);
    throw InfraError(
        "the supervisor in the container has not answered within " + human_duration(times_.handshake),
        "look at the engine's log, or try again when the machine is less busy");
  }
  if (dead_) throw InfraError("cannot reach the supervisor in the container: " + death_);
}

bool Connection::alive() const {
  const std::lock_guard lock(mutex_);
  return !dead_;
}

bool Connection::answers() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

std::string Connection::death() const {
  const std::lock_guard lock(mutex_);
  return death_;
}

std::shared_ptr<RemoteProcess> Connection::start(const ProcessSpec& spec, OutputSink& sink) {
  const auto process = std::make_shared<RemoteProcess>();
  process->kill_grace = spec.kill_grace;
  process->sink = &sink;
  process->input = spec.input;
  process->input_ends = !spec.open_input;
  const bool has_input = spec.open_input || !spec.input.empty() || spec.output == OutputMode::pty;
  process->input_end_sent = !has_input;
  std::string frames;
  {
    const std::lock_guard lock(mutex_);
    if (dead_) throw InfraError("cannot start '" + (spec.argv.empty() ? "" : spec.argv[0]) + "': " + death_);
    process->id = last_id_ + 1;
    try {
      wire::append_start(frames, process->id, spec, has_input);
    } catch (const std::invalid_argument& error) {
      throw UsageError(error.what());
    }
    outbox_ += frames;
    ++last_id_;
    processes_.emplace(process->id, process);
  }
  wake();
  return process;
}

ProcessEnd Connection::wait(RemoteProcess& process, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const auto has_ended = [&] { return process.end.has_value(); };
  if (!changed_.wait(lock, stop, has_ended)) {
    wire::append_message(outbox_, process.id, wire::StopTree{});
    wire::append_heartbeat_from_host(outbox_);
    const auto asked_at = SteadyClock::now();
    const Milliseconds limit = process.kill_grace + k_stop_margin;
    heard_ = false;
    ++stops_asked_;
    wake();
    // A container that is frozen would be waited for in vain.
    changed_.wait_until(lock, asked_at + std::min(limit, k_answer_limit),
                        [&] { return has_ended() || heard_; });
    --stops_asked_;
    if (!has_ended() && (!heard_ || !changed_.wait_until(lock, asked_at + limit, has_ended))) {
      ProcessEnd end;
      end.signal = SIGKILL;
      end.reason = EndReason::asked;
      end.error = "the supervisor did not report the end of the process after it was told to stop it";
      return end;
    }
  }
  return *process.end;
}

void Connection::send(RemoteProcess& process, const std::function<void(std::string& out)>& append) {
  {
    const std::lock_guard lock(mutex_);
    if (process.end) return;
    append(outbox_);
  }
  wake();
}

void Connection::write_input(RemoteProcess& process, std::string_view bytes) {
  while (!bytes.empty()) {
    {
      std::unique_lock lock(mutex_);
      const auto waiting = [&] { return process.input.size() - process.input_sent; };
      changed_.wait(lock,
                    [&] { return process.end || process.input_ends || waiting() < k_input_ahead_bytes; });
      if (process.end || process.input_ends) return;
      const std::size_t count = std::min(bytes.size(), k_input_ahead_bytes - waiting());
      process.input.append(bytes.substr(0, count));
      bytes.remove_prefix(count);
    }
    wake();
  }
}

void Connection::close_input(RemoteProcess& process) {
  {
    const std::lock_guard lock(mutex_);
    process.input_ends = true;
    changed_.notify_all();
  }
  wake();
}

void Connection::let_go(RemoteProcess& process) {
  {
    std::unique_lock lock(mutex_);
    if (!process.end) {
      wire::append_message(outbox_, process.id, wire::KillTree{});
      wake();
      if (heard_) changed_.wait_for(lock, k_let_go_limit, [&] { return process.end.has_value(); });
    }
  }
  const std::lock_guard lock(process.sink_mutex);
  process.sink = nullptr;
}

void Connection::wake() {
  ::eventfd_write(wake_.get(), 1);
}

void Connection::serve() {
  std::string why;
  try {
    why = serve_until_death();
  } catch (const wire::ProtocolError& error) {
    why = error.what() + garbage();
  } catch (const std::exception& error) {
    why = std::string("the channel failed: ") + error.what();
  }
  sender_->close();
  die(why);
  discard_the_rest();
  from_.reset();
}

void Connection::discard_the_rest() {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (closing_ || !hanging_up_) return;
    }
    pollfd polls[] = {{from_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
    ::poll(polls, 2, -1);
    eventfd_t ignored = 0;
    if (polls[1].revents != 0) ::eventfd_read(wake_.get(), &ignored);
    if (polls[0].revents == 0) continue;
    char discarded[16 * 1024];
    const ssize_t length = ::read(from_.get(), discarded, sizeof discarded);
    if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) return;
  }
}

std::string Connection::serve_until_death() {
  wire::HostHello hello;
  hello.leash = times_.leash;
  hello.max_life = times_.max_life;
  hello.version = version();
  sender_->flush([&](wire::Outgoing& outgoing) { wire::append_message(outgoing.tail(), hello); });
  while (true) {
    const int unsent = sender_->flush([this](wire::Outgoing& outgoing) { queue_output(outgoing); });
    pollfd polls[] = {{from_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}, {unsent, POLLOUT, 0}};
    if (::poll(polls, 3, poll_timeout(SteadyClock::now(), sender_->deadline())) < 0 && errno != EINTR)
      throw_errno("cannot wait for the channel");
    if (polls[1].revents != 0) {
      eventfd_t ignored = 0;
      ::eventfd_read(wake_.get(), &ignored);
      const std::lock_guard lock(mutex_);
      if (hanging_up_) return "milepost closed the channel";
    }
    if (polls[0].revents != 0) {
      if (std::string why = read_frames(); !why.empty()) return why;
    } else if (std::string why = sender_->death(SteadyClock::now()); !why.empty()) {
      return why;
    }
  }
}

void Connection::queue_output(wire::Outgoing& outgoing) {
  const std::lock_guard lock(mutex_);
  outgoing.tail() += outbox_;
  outbox_.clear();
  for (const auto& [id, process] : processes_) pump_input(*process, outgoing);
}

void Connection::pump_input(RemoteProcess& process, wire::Outgoing& outgoing) {
  bool has_sent = false;
  while (process.input_sent < process.input.size() && process.credit_bytes > 0 &&
         outgoing.size() < k_backlog_bytes) {
    const std::size_t count =
        std::min({process.input.size() - process.input_sent, static_cast<std::size_t>(process.credit_bytes),
                  wire::k_max_payload_bytes});
    wire::append_message(outgoing.tail(), process.id,
                         wire::InputData{std::string_view(process.input).substr(process.input_sent, count)});
    process.input_sent += count;
    process.credit_bytes -= count;
    has_sent = true;
  }
  if (process.input_sent == process.input.size()) {
    process.input = {};
    process.input_sent = 0;
    if (process.input_ends && !process.input_end_sent) {
      wire::append_message(outgoing.tail(), process.id, wire::InputEnd{});
      process.input_end_sent = true;
    }
  } else if (process.input_sent >= k_input_ahead_bytes && process.input_sent > process.input.size() / 2) {
    process.input.erase(0, process.input_sent);
    process.input_sent = 0;
  }
  if (has_sent) changed_.notify_all();
}

std::string Connection::read_frames() {
  const std::span<char> space = reader_.space();
  const ssize_t length = ::read(from_.get(), space.data(), space.size());
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (length <= 0) {
    if (!heard_hello_) return "it ended before it said hello" + garbage();
    return reader_.pending().empty() ? "the container has ended"
                                     : "the container ended in the middle of a frame";
  }
  reader_.added(static_cast<std::size_t>(length));
  sender_->heard();
  {
    const std::lock_guard lock(mutex_);
    heard_ = true;
    if (stops_asked_ > 0) changed_.notify_all();
  }
  while (const auto frame = reader_.next())
    if (std::string why = on_frame(*frame); !why.empty()) return why;
  return {};
}

std::string Connection::on_frame(const wire::Frame& frame) {
  wire::FromSupervisor message = wire::decode_from_supervisor(frame);
  if (const auto* bye = std::get_if<wire::Goodbye>(&message))
    return "the supervisor in the container has ended: " + one_line(bye->reason, 300);
  if (auto* hello = std::get_if<wire::SupervisorHello>(&message)) {
    if (heard_hello_) throw wire::ProtocolError("the supervisor said hello twice");
    if (hello->protocol != wire::k_protocol)
      return "the supervisor speaks protocol " + std::to_string(hello->protocol) +
             ", this milepost protocol " + std::to_string(wire::k_protocol) +
             "; both must come from the same installation";
    heard_hello_ = true;
    sender_->expect_answers();
    supervisor_ = {hello->protocol, std::move(hello->version), hello->uid, hello->gid};
    const std::lock_guard lock(mutex_);
    greeted_ = true;
    changed_.notify_all();
    return {};
  }
  if (!heard_hello_) throw wire::ProtocolError("the supervisor's first frame is not a hello");
  if (const auto* data = std::get_if<wire::OutputData>(&message)) on_output(frame.process, *data);
  if (auto* ended = std::get_if<wire::Ended>(&message)) on_ended(frame.process, std::move(ended->end));
  if (std::holds_alternative<wire::Started>(message)) find(frame.process);
  if (const auto* credit = std::get_if<wire::InputCredit>(&message)) {
    const auto process = find(frame.process);
    const std::lock_guard lock(mutex_);
    process->credit_bytes += credit->bytes;
    if (process->credit_bytes > wire::k_input_window_bytes)
      throw wire::ProtocolError("the supervisor gave more credit than the window has");
  }
  return {};
}

std::shared_ptr<RemoteProcess> Connection::find(std::uint32_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(id);
  if (found == processes_.end())
    throw wire::ProtocolError("the supervisor speaks of process " + std::to_string(id) +
                              ", which does not run");
  return found->second;
}

void Connection::on_output(std::uint32_t id, const wire::OutputData& data) {
  const auto process = find(id);
  (data.is_stderr ? process->stderr_bytes : process->stdout_bytes) += data.bytes.size();
  const std::lock_guard lock(process->sink_mutex);
  if (!process->sink) return;
  if (data.is_stderr)
    process->sink->on_stderr(data.bytes);
  else
    process->sink->on_stdout(data.bytes);
}

void Connection::on_ended(std::uint32_t id, ProcessEnd end) {
  const auto process = find(id);
  for (const std::string& lost : {lost_bytes("standard output", end.stdout_bytes, process->stdout_bytes),
                                  lost_bytes("standard error", end.stderr_bytes, process->stderr_bytes)}) {
    if (lost.empty()) continue;
    if (!end.error.empty()) end.error += "; ";
    end.error += lost;
  }
  const std::lock_guard lock(mutex_);
  process->end = std::move(end);
  processes_.erase(id);
  changed_.notify_all();
}

void Connection::die(const std::string& why) {
  const std::lock_guard lock(mutex_);
  dead_ = true;
  death_ = why;
  for (const auto& [id, process] : processes_) {
    ProcessEnd end;
    end.reason = EndReason::channel_lost;
    end.stdout_bytes = process->stdout_bytes;
    end.stderr_bytes = process->stderr_bytes;
    end.error = why;
    process->end = std::move(end);
  }
  processes_.clear();
  changed_.notify_all();
}

/// What came instead of the protocol; an engine's error message most of the time.
std::string Connection::garbage() const {
  if (heard_hello_ || reader_.pending().empty()) return {};
  return "; received: '" + one_line(reader_.pending(), 200) + "'";
}

}  // namespace milepost
