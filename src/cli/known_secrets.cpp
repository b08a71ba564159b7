#include "known_secrets.hpp"

#include "milepost/harness/profile.hpp"

#include <cstdlib>

namespace milepost {

std::vector<std::string> known_secrets(const Config& config) {
  std::vector<std::string> values;
  const auto add = [&](const std::string& variable) {
    const char* value = std::getenv(variable.c_str());
    if (value && *value) values.emplace_back(value);
  };
  for (const std::string& name : config.secrets) add(name);
  for (const std::string& harness : harness_names()) {
    for (const CredentialKey& key : harness_profile(harness).credentials()) {
      if (key.secret) add(key.variable);
    }
  }
  return values;
}

}  // namespace milepost
