#include "milepost/harness/profile.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/custom.hpp"

#include "harness/claude_profile.hpp"
#include "harness/codex_profile.hpp"
#include "harness/gemini_profile.hpp"
#include "harness/opencode_profile.hpp"
#include "harness/pi_profile.hpp"
#include "harness/script_profile.hpp"

#include <array>

namespace milepost {

namespace {

/// Every harness there is; a new one is a profile, a parser and a line here.
std::array<const HarnessProfile*, 7> registry() {
  static const std::shared_ptr<const HarnessProfile> custom = custom_profile({});
  return {&claude_profile(),   &codex_profile(), custom.get(),     &gemini_profile(),
          &opencode_profile(), &pi_profile(),    &script_profile()};
}

}  // namespace

const HarnessProfile& harness_profile(std::string_view name) {
  for (const HarnessProfile* profile : registry()) {
    if (profile->name() == name) return *profile;
  }
  const std::vector<std::string> names = harness_names();
  const auto meant = nearest(name, names);
  throw UsageError(
      "there is no harness '" + printable(name) + "'",
      (meant ? "did you mean '" + *meant + "'? " : std::string()) + "known are: " + join(names, ", "));
}

std::string variable_in(const std::vector<std::string>& environment, std::string_view name) {
  std::string value;
  for (const std::string& entry : environment) {
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      value = entry.substr(name.size() + 1);
  }
  return value;
}

std::vector<std::string> harness_names() {
  std::vector<std::string> names;
  for (const HarnessProfile* profile : registry()) names.push_back(profile->name());
  return names;
}

}  // namespace milepost
