#pragma once

#include "milepost/base/time.hpp"
#include "milepost/notify/payload.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

/// Where notifications go.
struct NotifyTargets {
  std::string webhook;                ///< a URL, itself a secret; "" = none
  std::optional<WebhookShape> shape;  ///< nothing: by the URL's host
  bool desktop = false;
  std::string command;                  ///< for `bash -c`; "" = none
  std::vector<NotificationKind> kinds;  ///< only these; empty: all
  std::vector<std::string> secrets;     ///< values that must not leave this machine
  Milliseconds limit = Seconds(10);     ///< of one delivery to one target

  bool any() const { return !webhook.empty() || desktop || !command.empty(); }
  bool wants(NotificationKind kind) const;
};

/// How one target took a notification.
struct Delivered {
  std::string target;   ///< "webhook", "desktop" or "command"
  std::string problem;  ///< one line without secrets; "" = it has it
};

/// Hands a notification to every target, one after the other; blocks, at most `limit` for each, or until the
/// stop. Never throws because of a target: the webhook goes out by the program `curl`, whose arguments show
/// nothing (URL and body are on its standard input), the desktop by `notify-send` or `osascript`, the command
/// has the generic payload on its standard input. Any thread.
std::vector<Delivered> deliver(const NotifyTargets& targets, Notification notification, std::stop_token stop);

/// The notification with every secret replaced.
Notification without_secrets(Notification notification, const std::vector<std::string>& secrets);

}  // namespace milepost
