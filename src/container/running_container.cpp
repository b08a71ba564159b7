#include "running_container.hpp"

#include "milepost/base/text.hpp"

#include "engine_failure.hpp"

#include <signal.h>

namespace milepost {

namespace {

constexpr Milliseconds k_client_end_limit = std::chrono::seconds(1);

/// What the client's own end says about the container's.
std::string meaning_of(const std::optional<ExitStatus>& client) {
  if (!client) return "the engine's client still runs";
  if (!client->exited) return "the engine's client was killed (" + client->text() + ")";
  switch (client->code) {
    case 0:
      return "the supervisor ended";
    case 125:
      return "the engine failed or went away";
    case 128 + SIGKILL:
      return "the container was killed from outside: removed by somebody, by the engine's shutdown, or out "
             "of memory";
    default:
      return "the container ended with " + client->text();
  }
}

}  // namespace

RunningContainer::RunningContainer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RunningContainer::~RunningContainer() = default;

ChannelProcess RunningContainer::start(const ProcessSpec& spec, OutputSink& sink) {
  return impl_->channel->start(spec, sink);
}

ProcessEnd RunningContainer::run(const ProcessSpec& spec, OutputSink& sink, std::stop_token stop) {
  ChannelProcess process = start(spec, sink);
  return process.wait(std::move(stop));
}

const SupervisorInfo& RunningContainer::supervisor() const {
  return impl_->channel->supervisor();
}

bool RunningContainer::alive() const {
  return impl_->channel->alive();
}

std::string RunningContainer::death() const {
  if (alive()) return {};
  const auto end = impl_->client_end(k_client_end_limit);
  std::lock_guard lock(impl_->mutex);
  if (!impl_->death.empty()) return impl_->death;
  if (end) impl_->words.settle();
  const std::string words = client_words(impl_->words.tail());
  std::string death = "the container " + impl_->container + " is lost: " + meaning_of(end);
  if (!words.empty()) death += "; the engine says: " + words;
  if (const std::string channel = impl_->channel->death(); !channel.empty()) death += " (" + channel + ")";
  if (end) impl_->death = death;
  return death;
}

}  // namespace milepost
