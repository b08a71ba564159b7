#include "notify_targets.hpp"

#include "milepost/harness/profile.hpp"

#include <cstdlib>

namespace milepost {

namespace {

/// The values that the agent was given and might repeat.
std::vector<std::string> secrets_of(const Config& config) {
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

}  // namespace

NotifyTargets notify_targets(const Config& config, std::vector<std::string>& notes) {
  NotifyTargets targets;
  targets.webhook = config.notify_webhook;
  if (targets.webhook.starts_with('$')) {
    const std::string variable = targets.webhook.substr(1);
    const char* value = std::getenv(variable.c_str());
    targets.webhook = value ? value : "";
    if (!targets.webhook.starts_with("http://") && !targets.webhook.starts_with("https://")) {
      notes.push_back("notify.webhook: the variable " + variable +
                      (value ? " does not hold an http:// or https:// URL" : " is not set") +
                      "; nothing is posted");
      targets.webhook.clear();
    }
  }
  if (config.notify_format == "generic") targets.shape = WebhookShape::generic;
  if (config.notify_format == "slack") targets.shape = WebhookShape::slack;
  if (config.notify_format == "discord") targets.shape = WebhookShape::discord;
  targets.desktop = config.notify_desktop;
  targets.command = config.notify_command;
  for (const NotificationKind kind :
       {NotificationKind::start, NotificationKind::task_done, NotificationKind::task_failed,
        NotificationKind::question, NotificationKind::limit, NotificationKind::end}) {
    for (const std::string& name : config.notify_events) {
      if (name == to_string(kind)) targets.kinds.push_back(kind);
    }
  }
  if (targets.any()) targets.secrets = secrets_of(config);
  return targets;
}

}  // namespace milepost
