#pragma once

#include "milepost/config/config.hpp"
#include "milepost/harness/profile.hpp"

#include <memory>
#include <string_view>

namespace milepost {

/// The profile of a harness as the settings make it: the same as harness_profile() but for `custom`, whose
/// command and dialect are settings. Throws UsageError for an unknown name or dialect.
std::shared_ptr<const HarnessProfile> configured_harness(std::string_view name, const Config& config);

}  // namespace milepost
