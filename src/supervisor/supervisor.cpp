#include "supervisor.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/version.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <variant>
#include <vector>

namespace milepost::supervisor {

namespace {

constexpr Milliseconds k_hello_limit = std::chrono::seconds(60);
constexpr Milliseconds k_goodbye_limit{200};
constexpr std::size_t k_max_children = 64;

/// Everything that can be ignored is; SIGCHLD and SIGTERM are read from the descriptor.
Fd take_signals() {
  sigset_t ours;
  ::sigemptyset(&ours);
  ::sigaddset(&ours, SIGCHLD);
  ::sigaddset(&ours, SIGTERM);
  for (int number = 1; number <= 64; ++number)
    ::signal(number, ::sigismember(&ours, number) == 1 ? SIG_DFL : SIG_IGN);
  ::sigprocmask(SIG_SETMASK, &ours, nullptr);
  Fd fd(::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) throw_errno("cannot make a signal descriptor");
  return fd;
}

void set_flags(const Fd& fd) {
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

std::string seconds(Milliseconds time) {
  return std::to_string(time.count() / 1000) + "." + std::to_string(time.count() % 1000 / 100) + " s";
}

}  // namespace

Supervisor::Supervisor(Fd from_host, Fd to_host)
    : from_host_(std::move(from_host)),
      to_host_(std::move(to_host)),
      signals_(take_signals()),
      is_first_process_(::getpid() == 1),
      trees_(::getpid(), is_first_process_),
      last_frame_(Clock::now()),
      leash_(k_hello_limit) {
  set_flags(from_host_);
  set_flags(to_host_);
  // Not dumpable: /proc/1 is root's, so that no process of the same user opens our descriptors or memory.
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

Exit Supervisor::run(std::string& why) {
  Ending ending{Exit::internal, {}};
  try {
    wire::SupervisorHello hello;
    hello.uid = static_cast<std::int32_t>(::getuid());
    hello.gid = static_cast<std::int32_t>(::getgid());
    hello.version = version();
    wire::append_message(outgoing_.tail(), hello);
    flush();
    while (true) serve();
  } catch (const Ending& reached) {
    ending = reached;
  } catch (const wire::ProtocolError& error) {
    ending = {Exit::protocol, std::string("the host broke the protocol: ") + error.what()};
  } catch (const std::exception& error) {
    ending.why = std::string("the supervisor failed: ") + error.what();
  }
  trees_.kill_everything();
  why = ending.why;
  if (ending.code == Exit::host_closed) return ending.code;
  wire::append_message(outgoing_.tail(), wire::Goodbye{ending.why});
  const Clock::time_point until = Clock::now() + k_goodbye_limit;
  while (!outgoing_.empty() && Clock::now() < until) {
    pollfd poll_out{to_host_.get(), POLLOUT, 0};
    ::poll(&poll_out, 1, static_cast<int>(k_goodbye_limit.count()));
    if (outgoing_.flush(to_host_.get()) == wire::Outgoing::Result::peer_gone) break;
  }
  return ending.code;
}

void Supervisor::serve() {
  std::vector<pollfd> polls = {{from_host_.get(), POLLIN, 0},
                               {signals_.get(), POLLIN, 0},
                               {to_host_.get(), static_cast<short>(outgoing_.empty() ? 0 : POLLOUT), 0}};
  const std::size_t first_child = polls.size();
  std::vector<std::uint32_t> polled;
  std::array<pollfd, Child::k_polls> wanted;
  for (const auto& [id, child] : children_) {
    child->want(wanted);
    polls.insert(polls.end(), wanted.begin(), wanted.end());
    polled.push_back(id);
  }
  if (::poll(polls.data(), polls.size(), poll_timeout(Clock::now())) < 0 && errno != EINTR)
    throw_errno("poll");

  if (polls[0].revents != 0) read_host();
  check_leash();
  if (polls[1].revents != 0) read_signals();
  if ((polls[2].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
    throw Ending{Exit::host_closed, "the channel to the host is closed"};
  for (std::size_t i = 0; i < polled.size(); ++i) {
    const auto child = children_.find(polled[i]);
    if (child == children_.end()) continue;
    std::copy_n(polls.begin() + static_cast<std::ptrdiff_t>(first_child + i * Child::k_polls), Child::k_polls,
                wanted.begin());
    child->second->react(wanted);
  }
  flush();
  const Clock::time_point now = Clock::now();
  for (auto item = children_.begin(); item != children_.end();) {
    item->second->advance(now, childless_);
    item = item->second->finished() ? children_.erase(item) : std::next(item);
  }
  flush();
}

int Supervisor::poll_timeout(Clock::time_point now) const {
  Clock::time_point next = end_of_life_;
  if (leash_ > Milliseconds(0)) next = std::min(next, last_frame_ + leash_);
  for (const auto& [id, child] : children_) next = std::min(next, child->next_deadline());
  if (next <= now) return 0;
  const auto wait = std::chrono::ceil<Milliseconds>(next - now);
  return static_cast<int>(std::min<Milliseconds::rep>(wait.count(), 3'600'000));
}

void Supervisor::read_host() {
  const std::span<char> space = reader_.space();
  const ssize_t length = ::read(from_host_.get(), space.data(), space.size());
  if (length == 0) throw Ending{Exit::host_closed, "the host closed the channel"};
  if (length < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    throw Ending{Exit::host_closed, "the channel from the host cannot be read"};
  }
  reader_.added(static_cast<std::size_t>(length));
  while (const auto frame = reader_.next()) {
    dispatch(*frame);
    last_frame_ = Clock::now();
  }
}

void Supervisor::dispatch(const wire::Frame& frame) {
  const wire::FromHost message = wire::decode_from_host(frame);
  if (const auto* hello = std::get_if<wire::HostHello>(&message)) return on_hello(*hello);
  if (!greeted_) throw wire::ProtocolError("the first frame is not a hello");
  if (std::holds_alternative<wire::Heartbeat>(message)) {
    if (outgoing_.size() <= k_backlog_bytes) wire::append_heartbeat_from_supervisor(outgoing_.tail());
    return;
  }
  if (const auto* part = std::get_if<wire::StartPart>(&message)) return on_start(frame.process, *part);

  if (frame.process > last_process_)
    throw wire::ProtocolError("a frame names process " + std::to_string(frame.process) +
                              ", which was never started");
  const auto found = children_.find(frame.process);
  if (found == children_.end()) return;  // it has ended while the frame was on its way
  Child& child = *found->second;
  const Clock::time_point now = Clock::now();
  if (const auto* input = std::get_if<wire::InputData>(&message)) child.add_input(input->bytes);
  if (std::holds_alternative<wire::InputEnd>(message)) child.end_input();
  if (const auto* signal = std::get_if<wire::SignalGroup>(&message)) child.signal_group(signal->number);
  if (std::holds_alternative<wire::StopTree>(message)) child.stop_tree(now);
  if (std::holds_alternative<wire::KillTree>(message)) child.kill_tree(now);
  if (const auto* finish = std::get_if<wire::FinishWithin>(&message)) child.finish_within(finish->grace, now);
  if (const auto* size = std::get_if<wire::Resize>(&message)) child.resize(size->columns, size->rows);
}

void Supervisor::on_hello(const wire::HostHello& hello) {
  if (greeted_) throw wire::ProtocolError("a second hello");
  if (hello.protocol != wire::k_protocol)
    throw wire::ProtocolError("it speaks protocol " + std::to_string(hello.protocol) +
                              ", this supervisor (milepost " + std::string(version()) + ") protocol " +
                              std::to_string(wire::k_protocol));
  greeted_ = true;
  leash_ = hello.leash;
  max_life_ = hello.max_life;
  if (max_life_ > Milliseconds(0)) end_of_life_ = Clock::now() + max_life_;
}

void Supervisor::on_start(std::uint32_t process, const wire::StartPart& part) {
  if (starting_process_ == 0) {
    if (process <= last_process_) throw wire::ProtocolError("a process number is used twice");
    starting_process_ = process;
  }
  if (process != starting_process_) throw wire::ProtocolError("the parts of two starts are mixed");
  if (start_bytes_.size() + part.bytes.size() > wire::k_max_start_bytes)
    throw wire::ProtocolError("a start is larger than the protocol allows");
  start_bytes_.append(part.bytes);
  if (!part.last) return;
  wire::StartRequest request = wire::decode_start(start_bytes_);
  start_bytes_ = {};
  starting_process_ = 0;
  last_process_ = process;
  ProcessEnd refused;
  refused.started = false;
  refused.code = 126;
  if (children_.size() >= k_max_children) {
    refused.error = "more than " + std::to_string(k_max_children) + " processes at once";
  } else {
    try {
      childless_ = false;
      children_.emplace(process, std::make_unique<Child>(process, std::move(request), limits_,
                                                         Surroundings{outgoing_, trees_, oom_}));
      return;
    } catch (const Error& error) {
      refused.error = std::string("cannot start the process: ") + error.what();
    }
  }
  wire::append_message(outgoing_.tail(), process, wire::Ended{refused});
}

void Supervisor::read_signals() {
  signalfd_siginfo info{};
  bool child_ended = false;
  while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGCHLD) child_ended = true;
    // Only the kernel fills in these two, and a sender outside the container has no process id in here: an
    // engine's "stop", never the agent.
    if (info.ssi_signo == SIGTERM && is_first_process_ && info.ssi_code == SI_USER && info.ssi_pid == 0)
      throw Ending{Exit::host_closed, "the container was told to stop"};
  }
  if (child_ended) reap();
}

void Supervisor::reap() {
  while (true) {
    int status = 0;
    rusage usage{};
    const pid_t pid = ::wait4(-1, &status, WNOHANG, &usage);
    if (pid <= 0) {
      childless_ = pid < 0 && errno == ECHILD;
      return;
    }
    const auto owner = std::find_if(children_.begin(), children_.end(),
                                    [&](const auto& item) { return item.second->pid() == pid; });
    if (owner != children_.end())
      owner->second->main_ended(status, usage, Clock::now());
    else if (children_.size() == 1)
      children_.begin()->second->add_usage(usage);
  }
}

void Supervisor::check_leash() {
  const Clock::time_point now = Clock::now();
  if (now >= end_of_life_)
    throw Ending{Exit::max_life, "the container has reached its longest life of " + seconds(max_life_)};
  if (leash_ == Milliseconds(0) || now < last_frame_ + leash_) return;
  throw Ending{Exit::leash, "no sign of life from the host for " + seconds(leash_)};
}

void Supervisor::flush() {
  if (outgoing_.flush(to_host_.get()) == wire::Outgoing::Result::peer_gone)
    throw Ending{Exit::host_closed, "the channel to the host is closed"};
}

}  // namespace milepost::supervisor
