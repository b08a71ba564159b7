#include "milepost/harness/volume_contents.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/lock_file.hpp"
#include "milepost/base/text.hpp"

#include "harness/install_container.hpp"
#include "harness/marker.hpp"
#include "harness/publish_volume.hpp"
#include "harness/volume_record.hpp"

#include <unistd.h>

#include <charconv>

namespace milepost {

namespace {

std::string label_of(const ListedVolume& volume, const char* name) {
  const auto found = volume.labels.find(name);
  return found == volume.labels.end() ? std::string() : found->second;
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

}  // namespace

VolumeContents look_into_volume(const VolumeContext& context, const ListedVolume& volume) {
  const std::string instance = label_of(volume, k_instance_label);
  const VolumeRecord record = seen_complete(context.lock_directory, volume.name);
  if (!instance.empty() && record.instance == instance && record.bytes)
    return {true, record.bytes, label_of(volume, k_harnesses_label)};

  InstallContainer container(context, "milepost-probe-" + random_hex(12), MountedVolume{volume.name});
  VolumeContents contents;
  const auto size = container.run(install_command({"du", "-s", "-B1", k_harness_path}), /*show=*/false);
  if (size.end.success()) contents.bytes = leading_number(size.out);
  const auto marker = container.run(marker_command(), /*show=*/false);
  if (!marker.end.success()) return contents;
  const auto read = read_marker(marker.out, volume.name);
  contents.complete = read && read->of_this_volume;
  if (read) contents.harnesses = read->harnesses;
  if (contents.complete && !instance.empty())
    remember_complete(context.lock_directory, volume.name, {instance, contents.bytes});
  return contents;
}

std::string remove_unused_volume(const VolumeContext& context, const std::string& volume) {
  const auto lock =
      LockFile::try_acquire(volume_lock(context.lock_directory, volume), "pid " + std::to_string(::getpid()));
  if (!lock) return "another milepost fills it";
  try {
    context.engine.remove_volume(volume);
  } catch (const InfraError& error) {
    return one_line(error.what(), 200);  // a container mounts it: the engine refuses
  }
  forget_complete(context.lock_directory, volume);
  return {};
}

}  // namespace milepost
