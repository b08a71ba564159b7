#pragma once

#include "milepost/doctor/environment_checks.hpp"

#include "doctor/early_question.hpp"

// The checks that ask the engine. Each may throw Error.

namespace milepost::doctor {

CheckResult check_engine(Environment& environment);
CheckResult check_image(const Environment& environment, const EarlyQuestion& exists);
/// The image of the egress proxy.
CheckResult check_egress_image(const Environment& environment, const EarlyQuestion& exists);
CheckResult check_volume(const Environment& environment, const EarlyQuestion& exists);
/// Looks into the volume, in a container.
CheckResult check_volume_content(const Environment& environment);
/// Runs each installed harness's version command from the volume and compares with the lock.
CheckResult check_harness(const Environment& environment);
/// Starts a container with the code folder, read-only, and reads a file of it there.
CheckResult check_bind_mounts(const Environment& environment);

}  // namespace milepost::doctor
