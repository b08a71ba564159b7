#include "channel_process_state.hpp"

namespace milepost {

ChannelProcess::ChannelProcess(std::shared_ptr<State> state) : state_(std::move(state)) {}

ChannelProcess::ChannelProcess(ChannelProcess&&) noexcept = default;

ChannelProcess::~ChannelProcess() {
  if (state_) state_->connection->let_go(*state_->process);
}

ProcessEnd ChannelProcess::wait(std::stop_token stop) {
  return state_->connection->wait(*state_->process, std::move(stop));
}

void ChannelProcess::signal(int number) {
  if (number < 1 || number > 64) return;
  state_->connection->send(*state_->process, [&](std::string& out) {
    wire::append_message(out, state_->process->id, wire::SignalGroup{number});
  });
}

void ChannelProcess::finish_within(Milliseconds grace) {
  state_->connection->send(*state_->process, [&](std::string& out) {
    wire::append_message(out, state_->process->id, wire::FinishWithin{grace});
  });
}

void ChannelProcess::kill_tree() {
  state_->connection->send(*state_->process, [&](std::string& out) {
    wire::append_message(out, state_->process->id, wire::KillTree{});
  });
}

void ChannelProcess::write_input(std::string_view bytes) {
  state_->connection->write_input(*state_->process, bytes);
}

void ChannelProcess::close_input() {
  state_->connection->close_input(*state_->process);
}

void ChannelProcess::resize(std::uint16_t columns, std::uint16_t rows) {
  state_->connection->send(*state_->process, [&](std::string& out) {
    wire::append_message(out, state_->process->id, wire::Resize{columns, rows});
  });
}

}  // namespace milepost
