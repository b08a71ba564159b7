#include "milepost/harness/volume.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/lock_file.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/owner.hpp"

#include "harness/install_container.hpp"
#include "harness/manifest.hpp"
#include "harness/populate.hpp"
#include "harness/volume_record.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
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

std::string instance_of(const VolumeContext& context, const std::string& volume) {
  for (const ListedVolume& listed : context.engine.list_volumes(k_volume_label)) {
    const auto label = listed.labels.find(k_instance_label);
    if (listed.name == volume && label != listed.labels.end()) return label->second;
  }
  return {};
}

/// Reads the marker in a container of its own.
bool marker_is_there(const VolumeContext& context, const HarnessLock& lock, const std::string& volume) {
  InstallContainer container(context, "milepost-probe-" + random_hex(12), MountedVolume{volume});
  const auto marker = container.run(marker_command(), /*show=*/false);
  return marker.end.success() && marker_matches(lock, marker.out);
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

std::string described(const HarnessLock& lock) {
  std::string text;
  for (const LockedHarness& harness : installed_harnesses(lock)) {
    text += (text.empty() ? "" : ", ") + harness.harness + " " + harness.version;
  }
  return text;
}

/// With the host lock held: an empty volume, filled and published, or none.
void build_volume(const VolumeContext& context, const HarnessLock& lock, const std::string& volume) {
  forget_complete(context.lock_directory, volume);
  remove_until_gone(context, volume);
  const std::string instance = random_hex(32);
  say(context, "filling the harness volume " + volume + " with " + described(lock));
  context.engine.create_volume(
      volume, {{k_volume_label, "1"}, {k_instance_label, instance}, {"milepost.harnesses", described(lock)}});
  try {
    populate_volume(context, lock, volume);
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
  remember_complete(context.lock_directory, volume, instance);
  say(context, "the harness volume " + volume + " is complete");
}

}  // namespace

VolumeState volume_state(const VolumeContext& context, const HarnessLock& lock) {
  const auto volume = volume_name(lock);
  if (!volume) return VolumeState::none_needed;
  // Reading the marker takes a container (a fifth of a second); the record spares it for a volume that was
  // seen complete. A run's own container can prove it again for a millisecond with marker_command().
  const std::string seen = seen_complete(context.lock_directory, *volume);
  if (!seen.empty()) {
    const auto same = context.engine.list_volumes(std::string(k_instance_label) + "=" + seen);
    if (std::any_of(same.begin(), same.end(), [&](const ListedVolume& v) { return v.name == *volume; })) {
      return VolumeState::complete;
    }
    forget_complete(context.lock_directory, *volume);
  }
  // An engine makes a missing volume when a container mounts it.
  if (!context.engine.volume_exists(*volume)) return VolumeState::missing;
  if (!marker_is_there(context, lock, *volume)) return VolumeState::incomplete;
  const std::string instance = instance_of(context, *volume);
  if (!instance.empty()) remember_complete(context.lock_directory, *volume, instance);
  return VolumeState::complete;
}

std::optional<std::string> ensure_volume(const VolumeContext& context, const HarnessLock& lock) {
  const auto volume = volume_name(lock);
  if (!volume || volume_state(context, lock) == VolumeState::complete) return volume;
  const LockFile host_lock =
      LockFile::acquire(context.lock_directory / (*volume + ".lock"), "pid " + std::to_string(::getpid()),
                        context.stop, [&](const std::string& holder) {
                          say(context, "another milepost (" + holder + ") fills the harness volume " +
                                           *volume + "; waiting for it");
                        });
  do {
    if (volume_state(context, lock) == VolumeState::complete) return volume;
  } while (clear_users(context, *volume));
  build_volume(context, lock, *volume);
  return volume;
}

}  // namespace milepost
