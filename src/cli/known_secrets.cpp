#include "known_secrets.hpp"

#include "milepost/base/error.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/run/container_setup.hpp"

#include <algorithm>

namespace milepost {

std::vector<std::string> known_secrets(const Config& config) {
  std::vector<std::string> values;
  for (const std::string& name : harness_names()) {
    try {
      for (Secret& secret : secrets_of(config, harness_profile(name))) {
        if (!secret.value.empty() && std::ranges::find(values, secret.value) == values.end())
          values.push_back(std::move(secret.value));
      }
    } catch (const Error&) {
      // A secret's file cannot be read: a run tells that itself, and what is not known cannot leave.
    }
  }
  return values;
}

}  // namespace milepost
