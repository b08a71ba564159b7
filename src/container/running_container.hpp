#pragma once

#include "milepost/container/coding_agent_container.hpp"

#include "client_words.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace milepost {

/// The engine's client that is attached to a container, and the channel through it.
struct RunningContainer::Impl {
  Impl(std::string name, ChildProcess started)
      : container(std::move(name)), client(std::move(started)), words(std::move(client.stderr_pipe())) {}

  /// The client's status once it has ended. Any thread.
  std::optional<ExitStatus> client_end(Milliseconds limit) {
    std::lock_guard lock(mutex);
    return client.wait(limit);
  }

  std::string container;
  std::mutex mutex;  ///< of `client`'s end and of `death`
  ChildProcess client;
  ClientWords words;
  std::unique_ptr<Channel> channel;  ///< none until the handshake is over; ends before the client
  std::string death;
};

}  // namespace milepost
