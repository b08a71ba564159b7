#include "milepost/harness/volume.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"

#include "harness/install_container.hpp"
#include "harness/populate.hpp"
#include "harness/publish_volume.hpp"
#include "harness/volume_record.hpp"

#include <algorithm>

namespace milepost {

namespace {

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

}  // namespace

VolumeState volume_state(const VolumeContext& context, const HarnessLock& lock) {
  const auto volume = volume_name(lock);
  if (!volume) return VolumeState::none_needed;
  // Reading the marker takes a container (a fifth of a second); the record spares it for a volume that was
  // seen complete. A run's own container can prove it again for a millisecond with marker_command().
  const std::string seen = seen_complete(context.lock_directory, *volume).instance;
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
  if (!instance.empty()) remember_complete(context.lock_directory, *volume, {instance, std::nullopt});
  return VolumeState::complete;
}

std::optional<std::string> ensure_volume(const VolumeContext& context, const HarnessLock& lock) {
  return publish_volume(context, lock, install_by_npm);
}

}  // namespace milepost
