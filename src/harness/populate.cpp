#include "harness/populate.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "harness/install_container.hpp"
#include "harness/installed_version.hpp"
#include "harness/manifest.hpp"
#include "harness/marker.hpp"
#include "harness/npm.hpp"

#include <set>

namespace milepost {

namespace {

std::string node_directory(const std::string& version) {
  return std::string(k_harness_path) + "/node-" + version;
}

void try_version(InstallContainer& container, const HarnessLock& lock, const LockedHarness& harness) {
  const InstalledVersion found = installed_version(container, lock, harness);
  if (!found.problem.empty()) {
    throw InfraError("the installed " + harness.harness + " does not work: " + found.problem,
                     "move the lock with `milepost update " + harness.harness + "`");
  }
}

/// Everything on disk and readable by any uid first, then the marker, by a rename.
void publish(InstallContainer& container, const HarnessLock& lock) {
  constexpr const char* k_script =
      "set -e; umask 022; cd \"$1\"; chmod -R a+rX,go-w .; sync -f .; "
      "cat > \"$2.part\"; sync \"$2.part\"; mv \"$2.part\" \"$2\"; sync .";
  ProcessSpec spec = install_command({"sh", "-c", k_script, "publish", k_harness_path, k_marker_name});
  spec.input = marker_text(lock);
  container.require("publish the harness volume", std::move(spec), false);
}

}  // namespace

std::string populate_container_name(const std::string& volume) {
  return volume + "-populate";
}

void install_by_npm(const VolumeContext& context, const HarnessLock& lock, InstallContainer& container) {
  const auto say = [&](const std::string& line) {
    if (context.on_progress) context.on_progress(line);
  };
  Npm npm(container);
  std::set<std::string> nodes;
  for (const LockedHarness& harness : installed_harnesses(lock)) {
    if (!harness.node_version.empty() && nodes.insert(harness.node_version).second) {
      say("installing node " + harness.node_version);
      npm.install("node@" + harness.node_version, node_directory(harness.node_version));
    }
    say("installing " + harness.harness + " " + harness.version + " (" + harness.package + ")");
    const std::string archive = npm.fetch(harness.package, harness.version, harness.integrity);
    npm.install(archive, std::string(k_harness_path) + "/" + harness.harness);
  }
}

void populate_volume(const VolumeContext& context, const HarnessLock& lock, const std::string& volume,
                     const FillVolume& fill) {
  InstallContainer container(context, populate_container_name(volume),
                             MountedVolume{volume, /*read_only=*/false});
  fill(context, lock, container);
  for (const LockedHarness& harness : installed_harnesses(lock)) try_version(container, lock, harness);
  publish(container, lock);
}

std::string harness_path(const HarnessLock& lock) {
  std::vector<std::string> directories;
  std::set<std::string> nodes;
  for (const LockedHarness& harness : installed_harnesses(lock)) {
    directories.push_back(std::string(k_harness_path) + "/" + harness.harness + "/bin");
    if (!harness.node_version.empty()) nodes.insert(harness.node_version);
  }
  for (const std::string& version : nodes) directories.push_back(node_directory(version) + "/bin");
  return join(directories, ":");
}

Mount harness_mount(const std::string& volume) {
  return {Mount::Kind::volume, volume, k_harness_path, /*read_only=*/true, "the harnesses"};
}

}  // namespace milepost
