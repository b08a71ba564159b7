#pragma once

#include "milepost/channel/channel.hpp"
#include "milepost/container/container_spec.hpp"
#include "milepost/container/engine.hpp"
#include "milepost/process/process.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace milepost {

/// A started container, ready to run processes. Exists only inside the guard that started it, until its
/// stop() or end. start(), run(), alive() and death() may be called from any thread.
class RunningContainer {
 public:
  ~RunningContainer();
  RunningContainer(const RunningContainer&) = delete;
  RunningContainer& operator=(const RunningContainer&) = delete;

  /// Starts a process in the container; see Channel::start.
  ChannelProcess start(const ProcessSpec& spec, OutputSink& sink);
  /// A short command to its end, output collected.
  ProcessEnd run(const ProcessSpec& spec, OutputSink& sink, std::stop_token stop);
  const SupervisorInfo& supervisor() const;
  bool alive() const;
  /// Why it is no longer alive, with the engine client's last words; empty while alive. May wait a second for
  /// the client's end.
  std::string death() const;

 private:
  friend class CodingAgentContainer;
  struct Impl;
  explicit RunningContainer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// How long a guard waits; together they bound stop().
struct GuardLimits {
  Milliseconds orderly_end = std::chrono::seconds(4);  ///< the supervisor's own end and the engine's removal
  Milliseconds unready_end = std::chrono::seconds(2);  ///< the same for a start that failed or was given up
  Milliseconds removal =
      std::chrono::seconds(20);  ///< by force; an engine that answers needs a fraction of it, a
                                 ///< loaded or restarted one did not answer for 21 s in all
  Milliseconds late_arrival = std::chrono::seconds(1);  ///< of a container whose client died in its start
};

/// Guard of one container: exists before the container does, and its destructor removes the container on
/// every path. Not thread-safe; start() and the destructor belong to one thread that outlives the container
/// (PR_SET_PDEATHSIG).
class CodingAgentContainer {
 public:
  /// Starts nothing. Adds the labels of this process as the owner. `on_leftover` is told, from the
  /// destructor, the name of a container that could not be removed.
  CodingAgentContainer(ContainerEngine engine, ContainerSpec spec,
                       std::function<void(const std::string& name)> on_leftover, GuardLimits limits = {});
  /// Never throws; takes at most about 10 s.
  ~CodingAgentContainer();
  CodingAgentContainer(const CodingAgentContainer&) = delete;
  CodingAgentContainer& operator=(const CodingAgentContainer&) = delete;

  const std::string& name() const;

  /// Starts the engine's client attached, and waits for the supervisor's handshake. Throws InfraError with
  /// the engine's words, EnvironmentError where another try cannot help (no image, a path that cannot be
  /// mounted, another version's supervisor), Stopped; then nothing is left. May be called again after stop().
  RunningContainer& start(const ChannelTimes& times, std::stop_token stop);
  /// Ends and removes the container now; true when it is gone. Never throws.
  bool stop() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace milepost
