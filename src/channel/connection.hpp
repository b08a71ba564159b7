#pragma once

#include "milepost/base/fd.hpp"
#include "milepost/base/time.hpp"
#include "milepost/channel/channel.hpp"
#include "milepost/channel/message.hpp"

#include "sender.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace milepost {

/// A process as the host sees it. What is not said otherwise is guarded by the connection's mutex.
struct RemoteProcess {
  std::uint32_t id = 0;
  Milliseconds kill_grace{0};

  std::mutex sink_mutex;       ///< held while the sink is called
  OutputSink* sink = nullptr;  ///< guarded by sink_mutex; none once nobody wants output any more
  std::uint64_t stdout_bytes = 0, stderr_bytes = 0;  ///< received; only the channel's thread

  std::string input;
  std::size_t input_sent = 0;
  std::uint64_t credit_bytes = wire::k_input_window_bytes;
  bool input_ends = false, input_end_sent = false;
  std::optional<ProcessEnd> end;
};

/// The host end of one channel: the thread, and the state that it shares with the callers.
/// Every public function may be called from any thread but the connection's own.
class Connection {
 public:
  /// Starts the thread.
  Connection(Fd to_supervisor, Fd from_supervisor, const ChannelTimes& times);
  /// close()
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void wait_for_hello(std::stop_token stop);
  void hang_up();
  /// Ends the thread and with it every process. Only one thread may call it.
  void close();

  const SupervisorInfo& supervisor() const { return supervisor_; }
  bool alive() const;
  bool answers() const;
  std::string death() const;

  std::shared_ptr<RemoteProcess> start(const ProcessSpec& spec, OutputSink& sink);
  ProcessEnd wait(RemoteProcess& process, std::stop_token stop);
  /// Queues a frame about a process that has not ended; `append` adds it.
  void send(RemoteProcess& process, const std::function<void(std::string& out)>& append);
  void write_input(RemoteProcess& process, std::string_view bytes);
  void close_input(RemoteProcess& process);
  /// Kills the tree, waits for its end, at most 5 s, and never calls the sink again.
  void let_go(RemoteProcess& process);

 private:
  // The thread's own.
  void serve();
  std::string serve_until_death();
  void queue_output(wire::Outgoing& outgoing);
  void pump_input(RemoteProcess& process, wire::Outgoing& outgoing);
  /// The reason why the channel is dead; empty: it is not.
  std::string read_frames();
  std::string on_frame(const wire::Frame& frame);
  void on_output(std::uint32_t id, const wire::OutputData& data);
  void on_ended(std::uint32_t id, ProcessEnd end);
  std::shared_ptr<RemoteProcess> find(std::uint32_t id);
  void die(const std::string& why);
  /// Until the other side has closed its end, or close().
  void discard_the_rest();
  std::string garbage() const;
  void wake();

  const ChannelTimes times_;
  Fd from_, wake_;
  SupervisorInfo supervisor_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;  ///< an end, a death, the hello, or room for input
  std::string outbox_;                   ///< frames from callers, in order
  std::map<std::uint32_t, std::shared_ptr<RemoteProcess>> processes_;
  std::uint32_t last_id_ = 0;
  bool greeted_ = false;
  bool hanging_up_ = false;
  bool closing_ = false;
  bool dead_ = false;
  unsigned stops_asked_ = 0;  ///< stops that wait for a sign of life
  bool heard_ = true;         ///< something came since the last stop was asked for
  std::string death_;

  // Only the thread uses these.
  wire::FrameReader reader_;
  bool heard_hello_ = false;

  std::optional<Sender> sender_;  ///< its thread, too, uses all of the above
  std::thread thread_;            ///< last
};

}  // namespace milepost
