#include "milepost/harness/configured.hpp"

#include "milepost/harness/custom.hpp"

namespace milepost {

std::shared_ptr<const HarnessProfile> configured_harness(std::string_view name, const Config& config) {
  const HarnessProfile& built_in = harness_profile(name);
  // Built-in profiles live as long as the program.
  if (!built_in.capabilities().needs_settings) return {std::shared_ptr<const HarnessProfile>(), &built_in};
  return custom_profile(
      {config.custom_command, config.custom_resume_command, config.custom_dialect, config.custom_secrets});
}

}  // namespace milepost
