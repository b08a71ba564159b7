#pragma once

#include "milepost/doctor/environment_checks.hpp"

namespace milepost::doctor {

/// Files with secrets in the code folder. Those of high severity fail the check as the setting
/// `sensitive_files.policy` says; any other finding is a warning. Needs the code folder.
CheckResult check_sensitive_files(const Environment& environment);

}  // namespace milepost::doctor
