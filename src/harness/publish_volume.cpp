#include "harness/publish_volume.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/lock_file.hpp"
#include "milepost/base/log.hpp"
#include "milepost/container/owner.hpp"

#include "harness/install_container.hpp"
#include "harness/manifest.hpp"
#include "harness/volume_record.hpp"

#include <signal.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

namespace milepost {

namespace {

constexpr Milliseconds k_poll_interval{250};
constexpr Milliseconds k_others_limit = std::chrono::minutes(60);
constexpr Milliseconds k_removal_limit = std::chrono::seconds(20);

void say(const VolumeContext& context, const std::string& line) {
  if (context.on_progress) context.on_progress(line);
}

/// Waits before the engine is asked again; throws Stopped.
void pause(const VolumeContext& context) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, context.stop, k_poll_interval, [] { return false; });
  if (context.stop.stop_requested()) throw Stopped(SIGINT);
}

/// Waits until no live process fills or probes the volume, and removes containers whose owner is dead. Our
/// host lock keeps out our own; another user of the same engine has another lock. True when it had to wait.
bool clear_users(const VolumeContext& context, const std::string& volume) {
  const auto deadline = SteadyClock::now() + k_others_limit;
  bool waited = false;
  while (true) {
    bool busy = false;
    for (const ListedContainer& container :
         context.engine.list_containers(std::string(k_volume_user_label) + "=" + volume)) {
      const auto owner = Owner::from_labels(container.labels);
      const OwnerState state = owner ? owner_state(*owner) : OwnerState::unclear;
      if (state == OwnerState::dead) {
        context.engine.remove_container(container.name, k_removal_limit);
      } else if (state == OwnerState::alive && SteadyClock::now() < deadline) {
        busy = true;
      } else {
        throw InfraError(
            "the container " + container.name + " holds the harness volume " + volume +
                ", and whether it is still at work cannot be told",
            "if it is not yours any more: " + context.engine.name() + " rm -f " + container.name);
      }
    }
    if (!busy) return waited;
    if (!waited) say(context, "another milepost fills the harness volume " + volume + "; waiting for it");
    waited = true;
    pause(context);
  }
}

/// The engine lets go of a volume a moment after its last container has gone.
void remove_until_gone(const VolumeContext& context, const std::string& volume) {
  const auto deadline = SteadyClock::now() + k_removal_limit;
  while (true) {
    try {
      return context.engine.remove_volume(volume);
    } catch (const InfraError& failure) {
      if (SteadyClock::now() >= deadline) throw;
      log::info(failure.what());
    }
    pause(context);
  }
}

/// With the host lock held: an empty volume, filled and published, or none.
void build_volume(const VolumeContext& context, const HarnessLock& lock, const std::string& volume,
                  const FillVolume& fill) {
  forget_complete(context.lock_directory, volume);
  remove_until_gone(context, volume);
  const std::string instance = random_hex(32);
  say(context, "filling the harness volume " + volume + " with " + described(lock));
  context.engine.create_volume(
      volume, {{k_volume_label, "1"}, {k_instance_label, instance}, {k_harnesses_label, described(lock)}});
  try {
    populate_volume(context, lock, volume, fill);
  } catch (...) {
    // Without a marker it would be rebuilt anyway; only the space is worth freeing, and never at the price of
    // the error that tells why.
    try {
      context.engine.remove_volume(volume);
    } catch (const Error& failure) {
      log::warning(failure.what());
    }
    throw;
  }
  remember_complete(context.lock_directory, volume, {instance, std::nullopt});
  say(context, "the harness volume " + volume + " is complete");
}

}  // namespace

std::filesystem::path volume_lock(const std::filesystem::path& directory, const std::string& volume) {
  return directory / (volume + ".lock");
}

std::optional<std::string> publish_volume(const VolumeContext& context, const HarnessLock& lock,
                                          const FillVolume& fill) {
  const auto volume = volume_name(lock);
  if (!volume || volume_state(context, lock) == VolumeState::complete) return volume;
  const LockFile host_lock =
      LockFile::acquire(volume_lock(context.lock_directory, *volume), "pid " + std::to_string(::getpid()),
                        context.stop, [&](const std::string& holder) {
                          say(context, "another milepost (" + holder + ") fills the harness volume " +
                                           *volume + "; waiting for it");
                        });
  do {
    if (volume_state(context, lock) == VolumeState::complete) return volume;
  } while (clear_users(context, *volume));
  build_volume(context, lock, *volume, fill);
  return volume;
}

}  // namespace milepost
