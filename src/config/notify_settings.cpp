#include "config/notify_settings.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "config/setting_types.hpp"
#include "config/text_rules.hpp"

#include <algorithm>
#include <string>

namespace milepost::config {

namespace {

using Rule = RepositoryRule;

constexpr const char* k_sends = "sends data about your work to where it says";

void check_notify_event(const std::string& text) {
  const std::vector<std::string> known = {"start", "task_done", "task_failed", "question", "limit", "end"};
  if (std::find(known.begin(), known.end(), text) != known.end()) return;
  const auto meant = nearest(text, known);
  throw UsageError("'" + one_line(text, 40) + "' is none of " + join(known, ", ") +
                   (meant ? "; did you mean '" + *meant + "'?" : ""));
}

/// Its messages and what is shown of it never repeat the URL: who knows it can post.
Setting webhook_setting() {
  Setting setting = text_setting(
      "notify.webhook", "$TEAM_WEBHOOK", &Config::notify_webhook, check_word_or_empty,
      "Where notifications are posted: an `http(s)://` URL, of which only the host is ever shown, or "
      "`$NAME` to take it from that environment variable; empty: nowhere.");
  setting.set = [](const Value& value, Config& config) {
    const std::string& text = value.text;
    if (text.starts_with('$')) {
      check_variable_name(text.substr(1));
    } else if (!text.empty()) {
      const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
      const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
      if (scheme == 0 || text.size() == scheme || !plain)
        throw UsageError("it is neither an http:// or https:// URL nor the $NAME of a variable");
    }
    config.notify_webhook = text;
  };
  setting.show = [](const Config& config) {
    const std::string& text = config.notify_webhook;
    if (text.empty() || text.starts_with('$')) return yaml_text(text);
    const std::size_t host = text.find("://") + 3;
    const std::string authority = text.substr(host, text.find_first_of("/?#", host) - host);
    return yaml_text(text.substr(0, host) + authority.substr(authority.rfind('@') + 1) + "/…");
  };
  return with_rule(setting, Rule::never, k_sends);
}

}  // namespace

std::vector<Setting> notify_settings() {
  Setting format =
      choice_setting("notify.format", &Config::notify_format, {"auto", "generic", "discord", "slack"},
                     "The shape of what is posted: milepost's own object, Slack's, Discord's, or "
                     "what the host of the URL suggests.");
  Setting desktop = yes_no_setting("notify.desktop", &Config::notify_desktop,
                                   "Show notifications on the desktop by `notify-send` or `osascript`.");
  return {
      with_rule(text_setting(
                    "notify.command", "'jq -r .text >> ~/milepost.txt'", &Config::notify_command,
                    [](const std::string&) {},
                    "A command for `bash -c` on the host, with the generic object on its standard input; "
                    "empty: none."),
                Rule::never, "runs commands on this machine"),
      with_rule(desktop, Rule::never, "acts on your desktop"),
      with_rule(list_setting(
                    "notify.events", "[question, limit, end]", &Config::notify_events, check_notify_event,
                    "What to tell: `start`, `task_done`, `task_failed`, `question`, `limit`, `end`; an empty "
                    "list is all of them."),
                Rule::never, k_sends),
      with_rule(format, Rule::never, k_sends),
      webhook_setting(),
  };
}

}  // namespace milepost::config
