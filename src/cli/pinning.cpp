#include "pinning.hpp"

#include "milepost/base/file.hpp"

namespace milepost {

namespace {

/// Lines of npm that say nothing to a person who waits.
bool is_noise(std::string_view line) {
  return line.starts_with("npm http ") || line.starts_with("npm warn EBADENGINE");
}

}  // namespace

LockFile hold_pins(const App& app, const std::string& who) {
  make_private_directories(app.locks());
  return LockFile::acquire(app.locks() / "setup.lock", who, app.stop(), [&](const std::string& holder) {
    app.say("waiting for another " + (holder.empty() ? "milepost setup" : holder) + " …");
  });
}

VolumeContext volume_context(const App& app, const ContainerEngine& engine, const Config& config,
                             const Installation& installation) {
  const bool verbose = app.verbose;
  return {engine,
          config.image,
          installation.container_programs,
          app.locks(),
          [&app, verbose](std::string_view line) {
            if (verbose || !is_noise(line)) app.say("  " + std::string(line));
          },
          app.stop()};
}

void resolve_into(const VolumeContext& context, HarnessLock& lock, const std::string& harness,
                  const std::string& version) {
  const ImagePlatform platform = image_platform(context);
  lock.architecture = platform.architecture;
  lock.libc = platform.libc;
  pin(lock, resolve_harness(context, harness, version));
}

std::optional<std::string> publish_lock(const App& app, const VolumeContext& context,
                                        const HarnessLock& lock) {
  const auto volume = ensure_volume(context, lock);
  write_lock(app.lock_file(), lock);
  return volume;
}

std::string change_text(const LockChange& change) {
  if (change.from.empty()) return change.harness + " " + change.to + " is new";
  if (change.to.empty()) return change.harness + " " + change.from + " is no longer pinned";
  if (!change.changes) return change.harness + " " + change.from + " stays";
  if (change.from == change.to) return change.harness + " " + change.from + " is installed another way";
  return change.harness + " " + change.from + " → " + change.to;
}

}  // namespace milepost
