#pragma once

#include "milepost/channel/channel.hpp"

#include "connection.hpp"

#include <memory>

namespace milepost {

struct ChannelProcess::State {
  std::shared_ptr<Connection> connection;
  std::shared_ptr<RemoteProcess> process;
};

}  // namespace milepost
