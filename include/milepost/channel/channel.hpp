#pragma once

#include "milepost/base/fd.hpp"
#include "milepost/base/time.hpp"
#include "milepost/channel/process_spec.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace milepost {

/// What the supervisor said in its hello frame.
struct SupervisorInfo {
  std::uint32_t protocol = 0;
  std::string version;
  int uid = -1, gid = -1;
};

/// Receives the output of one process. Called on the channel's own thread; a slow call slows the agent down
/// (back-pressure), it never makes memory grow nor costs the container. Must not throw and must not call the
/// channel.
struct OutputSink {
  virtual ~OutputSink() = default;
  virtual void on_stdout(std::string_view bytes) = 0;
  virtual void on_stderr(std::string_view bytes) = 0;
};

struct ChannelTimes {
  Milliseconds handshake = std::chrono::seconds(60);  ///< from construction to the supervisor's hello
  Milliseconds heartbeat = std::chrono::seconds(5);   ///< between our heartbeat frames
  Milliseconds leash =
      std::chrono::seconds(30);  ///< the supervisor ends the container when nothing comes for so long, and
                                 ///< the channel dies when a heartbeat has no answer for so long; 0 = none
  Milliseconds max_life{0};      ///< the container's absolute life; 0 = none
};

class Channel;

/// One process in the container. Destroying it before its end kills its tree and waits for that, at most 5 s,
/// and not at all where the supervisor does not answer.
class ChannelProcess {
 public:
  ~ChannelProcess();
  ChannelProcess(ChannelProcess&&) noexcept;
  ChannelProcess& operator=(ChannelProcess&&) = delete;

  /// Blocks until the process has ended, its tree is dead and its output is delivered. When `stop` is
  /// requested first, the tree is stopped (SIGTERM, after kill_grace SIGKILL) and its end is returned with
  /// reason `asked`; a supervisor that does not report that end 2.5 s after kill_grace, or says nothing at
  /// all for 2 s, is not waited for any longer, and `error` says so. When the channel dies, the reason is
  /// `channel_lost`.
  ProcessEnd wait(std::stop_token stop);

  // The rest may be called from any thread, also before wait() returns.
  void signal(int number);                 ///< to the process's own group
  void finish_within(Milliseconds grace);  ///< the completion grace starts: killed if still alive after it
  void kill_tree();                        ///< SIGKILL, now
  /// For open_input. Waits while the process does not read and 256 KiB wait for it; after its end, and after
  /// close_input(), the bytes are dropped.
  void write_input(std::string_view bytes);
  void close_input();
  void resize(std::uint16_t columns, std::uint16_t rows);

 private:
  friend class Channel;
  struct State;
  explicit ChannelProcess(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

/// The host end of the frame protocol (docs/channel.md) over two descriptors, usually an engine client's
/// standard input and output. Owns a thread that reads, writes and calls the sinks, and one for heartbeats.
class Channel {
 public:
  /// Waits for the supervisor's hello. Throws InfraError when it does not come in time, the stream ends or is
  /// not the protocol, or the versions do not fit (the message says what was received), Stopped when `stop`
  /// is requested.
  Channel(Fd to_supervisor, Fd from_supervisor, const ChannelTimes& times, std::stop_token stop = {});
  /// Closes both descriptors: the supervisor then kills everything and exits.
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Closes the descriptor to the supervisor, which then kills everything and exits. What still comes from it
  /// is read and dropped until the destructor: an answer on its way into a closed pipe would end an engine's
  /// client before the container is removed. Does not wait.
  void hang_up();

  const SupervisorInfo& supervisor() const;

  /// Starts a process; `sink` outlives the returned object. Does not wait: a program that can't be started is
  /// in its end. Throws InfraError when the channel is dead, UsageError for a spec that no process can have
  /// (no argv, a NUL byte, more than 8 MiB of arguments and environment).
  ChannelProcess start(const ProcessSpec& spec, OutputSink& sink);

  bool alive() const;
  /// False once a stop had no answer at all, until something comes again: the container is frozen, or the way
  /// to it is.
  bool answers() const;
  /// Why the channel is dead; empty while it is alive.
  std::string death() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// A sink that keeps at most `limit` bytes of each stream in memory (head), for probes and short commands.
struct CollectingSink : OutputSink {
  explicit CollectingSink(std::size_t limit_bytes = 1u << 20) : limit(limit_bytes) {}
  void on_stdout(std::string_view bytes) override;
  void on_stderr(std::string_view bytes) override;
  std::size_t limit;
  std::string out, err;
};

}  // namespace milepost
