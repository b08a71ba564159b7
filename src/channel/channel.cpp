#include "milepost/channel/channel.hpp"

#include "channel_process_state.hpp"
#include "connection.hpp"

namespace milepost {

struct Channel::Impl {
  std::shared_ptr<Connection> connection;
};

Channel::Channel(Fd to_supervisor, Fd from_supervisor, const ChannelTimes& times, std::stop_token stop)
    : impl_(std::make_shared<Impl>()) {
  impl_->connection =
      std::make_shared<Connection>(std::move(to_supervisor), std::move(from_supervisor), times);
  impl_->connection->wait_for_hello(std::move(stop));
}

Channel::~Channel() {
  impl_->connection->close();
}

void Channel::hang_up() {
  impl_->connection->hang_up();
}

const SupervisorInfo& Channel::supervisor() const {
  return impl_->connection->supervisor();
}

ChannelProcess Channel::start(const ProcessSpec& spec, OutputSink& sink) {
  auto state = std::make_shared<ChannelProcess::State>();
  state->connection = impl_->connection;
  state->process = impl_->connection->start(spec, sink);
  return ChannelProcess(std::move(state));
}

bool Channel::alive() const {
  return impl_->connection->alive();
}

bool Channel::answers() const {
  return impl_->connection->answers();
}

std::string Channel::death() const {
  return impl_->connection->death();
}

}  // namespace milepost
