#pragma once

#include "milepost/harness/installed_version.hpp"

#include "harness/install_container.hpp"

namespace milepost {

/// The same for one harness, in a container that mounts the volume. Throws Stopped.
InstalledVersion installed_version(InstallContainer& container, const HarnessLock& lock,
                                   const LockedHarness& harness);

}  // namespace milepost
