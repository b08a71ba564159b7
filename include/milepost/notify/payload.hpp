#pragma once

#include "milepost/notify/notification.hpp"

#include <string>
#include <string_view>

namespace milepost {

/// What a webhook expects.
enum class WebhookShape {
  generic,  ///< milepost's own object (docs/state-format.md)
  slack,    ///< Slack incoming webhook: {"text": …} in mrkdwn
  discord   ///< Discord execute webhook: {"content": …, "allowed_mentions": …}
};

/// The shape of a webhook by its host: Slack's and Discord's own ones, else generic.
WebhookShape shape_of(std::string_view url);

/// One line of JSON, pure ASCII. Texts are made printable and bounded; nothing in them can mention people or
/// make links in a chat.
std::string payload(const Notification& notification, WebhookShape shape);

/// For a desktop and for people: the plan, and what happened; printable, one line each.
std::string headline(const Notification& notification);
std::string body_text(const Notification& notification);

}  // namespace milepost
