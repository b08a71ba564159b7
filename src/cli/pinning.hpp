#pragma once

#include "milepost/base/lock_file.hpp"
#include "milepost/cli/app.hpp"
#include "milepost/harness/volume.hpp"

#include <optional>
#include <string>

namespace milepost {

/// Held by whoever changes the lock of the harnesses, or removes volumes: waits for another one. `who` is
/// what the other one tells.
LockFile hold_pins(const App& app, const std::string& who);

/// For the functions of harness/, with the installer's lines as progress.
VolumeContext volume_context(const App& app, const ContainerEngine& engine, const Config& config,
                             const Installation& installation);

/// Resolves a version of a harness that is installed, and pins it in the lock.
void resolve_into(const VolumeContext& context, HarnessLock& lock, const std::string& harness,
                  const std::string& version);

/// Fills the lock's volume, then moves the lock file to it: killed in between, the old lock and its volume
/// stay. Returns the volume's name.
std::optional<std::string> publish_lock(const App& app, const VolumeContext& context,
                                        const HarnessLock& lock);

/// "claude 2.1.330 → 2.1.331" and the like; one line.
std::string change_text(const LockChange& change);

}  // namespace milepost
