#include "notify_targets.hpp"

#include "known_secrets.hpp"

#include <cstdlib>

namespace milepost {

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
  if (targets.any()) targets.secrets = known_secrets(config);
  return targets;
}

}  // namespace milepost
