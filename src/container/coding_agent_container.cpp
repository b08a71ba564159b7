#include "milepost/container/coding_agent_container.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/version.hpp"
#include "milepost/container/owner.hpp"

#include "engine_failure.hpp"
#include "running_container.hpp"

#include <signal.h>

#include <algorithm>
#include <thread>

namespace milepost {

namespace {

constexpr Milliseconds k_kill_limit{500};
constexpr Milliseconds k_last_try{2000};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Whether another try would fail in the same way.
bool wants_other_environment(std::string_view words) {
  for (const std::string_view sign :
       {"no such image", "image not known", "bind source path does not exist", "statfs", "exec format error",
        "milepost-supervisor", "permission denied", "invalid mount"}) {
    if (contains(words, sign)) return true;
  }
  return false;
}

}  // namespace

struct CodingAgentContainer::Impl {
  ContainerEngine engine;
  ContainerSpec spec;
  std::function<void(const std::string&)> on_leftover;
  GuardLimits limits;
  std::unique_ptr<RunningContainer> running;
  bool may_exist = false;      ///< from before the client starts until the removal is proven
  bool name_is_taken = false;  ///< by a container that is not ours: it must not be removed
  bool client_was_killed = false;

  /// Waits for the client's end; kills it at the limit.
  std::optional<ExitStatus> end_of_client(Milliseconds limit) {
    RunningContainer::Impl& attached = *running->impl_;
    auto end = attached.client_end(limit);
    if (end) return end;
    client_was_killed = true;
    attached.client.kill(SIGKILL);
    return attached.client_end(k_kill_limit);
  }

  [[noreturn]] void throw_start_failure(const std::string& channel_error) {
    RunningContainer::Impl& attached = *running->impl_;
    end_of_client(limits.unready_end);
    attached.words.settle();
    const std::string words = client_words(attached.words.tail());
    const std::string lower = to_lower_ascii(words);
    const std::string message = engine.name() + ": cannot start the container " + spec.name + ": " +
                                (words.empty() ? channel_error : words);
    const std::string next_step = next_step_for(engine.kind(), words);
    name_is_taken = contains(lower, "name") && contains(lower, "already in use");
    if (wants_other_environment(lower)) throw EnvironmentError(message, next_step);
    throw InfraError(message, next_step);
  }

  /// Closes the channel and waits for the client, which with --rm ends after the container is removed.
  /// True when that end proves the removal.
  bool end_in_order() {
    RunningContainer::Impl& attached = *running->impl_;
    const bool orderly = attached.channel && attached.channel->alive();
    // Nothing ends by itself in a container that is frozen.
    const bool frozen = orderly && !attached.channel->answers();
    if (attached.channel) attached.channel->hang_up();
    const auto end = end_of_client(frozen    ? Milliseconds(0)
                                   : orderly ? limits.orderly_end
                                             : limits.unready_end);
    attached.channel.reset();
    // Any other status may be the client's own, and that of one which has not waited for the removal.
    return orderly && end && end->exited && end->code == 0;
  }

  bool remove() {
    bool gone = engine.remove_container(spec.name, limits.removal);
    if (!client_was_killed) return gone;
    // The daemon may still be working on the request of a client that is dead.
    for (const int tenths : {1, 3, 6}) {
      std::this_thread::sleep_for(limits.late_arrival * tenths / 10);
      gone = engine.remove_container(spec.name, std::max(limits.late_arrival, Milliseconds(100)));
    }
    return gone;
  }
};

CodingAgentContainer::CodingAgentContainer(ContainerEngine engine, ContainerSpec spec,
                                           std::function<void(const std::string& name)> on_leftover,
                                           GuardLimits limits)
    : impl_(std::make_unique<Impl>(Impl{.engine = std::move(engine),
                                        .spec = std::move(spec),
                                        .on_leftover = std::move(on_leftover),
                                        .limits = limits,
                                        .running = nullptr})) {
  impl_->spec.labels.merge(Owner::of_this_process().to_labels());
  impl_->spec.labels.emplace("milepost.run", impl_->spec.name);
}

CodingAgentContainer::~CodingAgentContainer() {
  if (stop()) return;
  try {
    log::error("the container " + name() + " could not be removed");
    if (impl_->on_leftover) impl_->on_leftover(name());
  } catch (const std::exception&) {
    // A destructor has nobody left to tell.
  }
}

const std::string& CodingAgentContainer::name() const {
  return impl_->spec.name;
}

RunningContainer& CodingAgentContainer::start(const ChannelTimes& times, std::stop_token stop_token) {
  if (impl_->running) throw InternalError("the container " + name() + " was started twice");
  if (impl_->may_exist && !stop())
    throw InfraError("the container " + name() + " of an earlier start could not be removed");

  HostCommand command{.argv = {impl_->engine.client().native()}, .environment = {}, .directory = {}};
  for (ExplainedArgument& argument : container_arguments(impl_->engine, impl_->spec))
    for (std::string& word : argument.words) command.argv.push_back(std::move(word));
  if (stop_token.stop_requested()) throw Stopped(SIGINT);

  ChildProcess client = ChildProcess::start(command);
  impl_->may_exist = true;
  impl_->name_is_taken = impl_->client_was_killed = false;
  try {
    impl_->running.reset(
        new RunningContainer(std::make_unique<RunningContainer::Impl>(name(), std::move(client))));
    RunningContainer::Impl& attached = *impl_->running->impl_;
    try {
      attached.channel =
          std::make_unique<Channel>(std::move(attached.client.stdin_pipe()),
                                    std::move(attached.client.stdout_pipe()), times, stop_token);
    } catch (const InfraError& failure) {
      impl_->throw_start_failure(failure.what());
    }
    const std::string& theirs = attached.channel->supervisor().version;
    if (theirs != version())
      throw EnvironmentError("the supervisor in the container is of milepost " + printable(theirs) +
                                 ", this is " + std::string(version()),
                             "install milepost again: program and supervisor belong together");
  } catch (...) {
    stop();
    throw;
  }
  return *impl_->running;
}

bool CodingAgentContainer::stop() noexcept {
  if (!impl_->may_exist) return true;
  try {
    const bool proven = impl_->running && impl_->end_in_order();
    const bool gone = proven || impl_->name_is_taken || impl_->remove();
    impl_->running.reset();
    impl_->may_exist = !gone;
    // Asked again after it was asked in vain, by the destructor, it need not be waited for as long.
    if (!gone) impl_->limits.removal = std::min(impl_->limits.removal, k_last_try);
    return gone;
  } catch (const std::exception& failure) {
    try {
      log::error("cannot end the container " + name() + ": " + failure.what());
    } catch (const std::exception&) {
      // The answer says what matters.
    }
    return false;
  }
}

}  // namespace milepost
