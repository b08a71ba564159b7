#pragma once

#include "milepost/channel/message.hpp"
#include "milepost/channel/outgoing.hpp"

#include "oom_counter.hpp"
#include "spawn.hpp"
#include "trees.hpp"

#include <poll.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace milepost::supervisor {

using Clock = std::chrono::steady_clock;

/// Above this no output is read from any process until the host has taken some.
inline constexpr std::size_t k_backlog_bytes = 256 * 1024;

/// What the processes share.
struct Surroundings {
  wire::Outgoing& outgoing;
  Trees& trees;
  const OomCounter& oom;
  bool backlogged() const { return outgoing.size() > k_backlog_bytes; }
};

/// One process that the host asked for: its streams, its limits and its end.
/// In this order at the end: the main process is dead, its tree is dead, its output is sent, `ended` is sent.
class Child {
 public:
  static constexpr std::size_t k_polls = 4;

  /// Throws InfraError when it cannot be started.
  Child(std::uint32_t id, wire::StartRequest request, const StartLimits& limits, Surroundings surroundings);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  std::uint32_t id() const { return id_; }
  pid_t pid() const { return root_.pid; }
  bool finished() const { return phase_ == Phase::finished; }

  // From the host. Throw wire::ProtocolError.
  void add_input(std::string_view bytes);
  void end_input();
  void signal_group(int number);
  void stop_tree(Clock::time_point now);
  void kill_tree(Clock::time_point now);
  void finish_within(Milliseconds grace, Clock::time_point now);
  void resize(std::uint16_t columns, std::uint16_t rows);

  // From the loop.
  void want(std::array<pollfd, k_polls>& polls);
  void react(const std::array<pollfd, k_polls>& polls);
  void main_ended(int status, const rusage& usage, Clock::time_point now);
  void add_usage(const rusage& usage);
  /// Deadlines, the end of the tree, the rest of the output. `childless`: nothing is left below us at all.
  void advance(Clock::time_point now, bool childless);
  /// When advance() has something to do even if no descriptor does.
  Clock::time_point next_deadline() const;

 private:
  enum class Phase { running, killing, draining, finished };

  void begin_end(EndReason reason, Milliseconds grace, Clock::time_point now);
  void enforce_limits(Clock::time_point now);
  void kill_rest(Clock::time_point now, bool childless);
  void begin_draining(Clock::time_point now);
  void drain(Clock::time_point now);
  void read_report();
  void send_input();
  void give_credit();
  void drop_input();
  /// Reads once, at most `limit` bytes; false when there was nothing.
  bool forward(Fd& from, bool is_stderr, std::size_t limit);
  void follow_file(std::size_t limit);
  void send_end();

  std::uint32_t id_;
  ProcessSpec spec_;
  Surroundings surroundings_;
  Spawned streams_;
  TreeRoot root_;
  Phase phase_ = Phase::running;
  ProcessEnd end_;
  bool is_lost_ = false;  ///< could not be killed
  std::uint64_t oom_kills_at_start_ = 0;

  std::string input_;
  std::size_t input_sent_ = 0;
  std::size_t uncredited_bytes_ = 0;  ///< of the window that the host has used
  std::size_t consumed_bytes_ = 0;    ///< to be given back with the next credit
  bool input_ends_ = false;

  Clock::time_point started_at_, last_output_, next_follow_;
  bool was_backlogged_ = false;  ///< when the loop went to sleep
  std::optional<Clock::time_point> finish_at_;
  std::optional<EndReason> reason_;
  Clock::time_point kill_at_ = Clock::time_point::max();
  Clock::time_point killing_since_ = Clock::time_point::max();
  Milliseconds kill_pause_{1};
  Clock::time_point drain_until_ = Clock::time_point::max();
  std::uint64_t file_offset_ = 0;
  std::size_t output_left_ = 0, errors_left_ = 0;
};

}  // namespace milepost::supervisor
