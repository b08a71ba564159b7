#include "milepost/notify/delivery.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/process/http_post.hpp"
#include "milepost/process/process.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_least_secret = 6;  ///< shorter values are words that texts may well hold

void hide(std::string& text, const std::vector<std::string>& secrets) {
  constexpr std::string_view k_hidden = "[secret]";
  for (const std::string& secret : secrets) {
    if (secret.size() < k_least_secret) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + k_hidden.size()))
      text.replace(at, secret.size(), k_hidden);
  }
}

RunLimits limits_of(const NotifyTargets& targets, std::stop_token stop) {
  RunLimits limits;
  limits.timeout = targets.limit;
  limits.output_bytes = 64u << 10;
  limits.stop = std::move(stop);
  return limits;
}

std::string send_webhook(const NotifyTargets& targets, const Notification& notification,
                         std::stop_token stop) {
  const WebhookShape shape = targets.shape.value_or(shape_of(targets.webhook));
  return post({.url = targets.webhook, .body = payload(notification, shape), .limit = targets.limit},
              std::move(stop))
      .problem;
}

/// Desktops may read markup in a body.
std::string plain_body(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
}

std::string show_on_desktop(const NotifyTargets& targets, const Notification& notification,
                            std::stop_token stop) {
  std::vector<std::string> argv;
  if (find_program("notify-send")) {
    argv = {"notify-send", "--app-name=milepost", "--", headline(notification),
            plain_body(body_text(notification))};
  } else if (find_program("osascript")) {
    argv = {"osascript",
            "-e",
            "on run argv",
            "-e",
            "display notification (item 2 of argv) with title (item 1 of argv)",
            "-e",
            "end run",
            headline(notification),
            body_text(notification)};
  } else {
    return "there is neither notify-send nor osascript in PATH";
  }
  const RunResult result = run_process({.argv = std::move(argv), .environment = {}, .directory = {}},
                                       limits_of(targets, std::move(stop)));
  return result.success() ? "" : failure_words(result, result.status.text());
}

std::string run_command(const NotifyTargets& targets, const Notification& notification,
                        std::stop_token stop) {
  const RunResult result =
      run_process({.argv = {"bash", "-c", targets.command}, .environment = {}, .directory = {}},
                  limits_of(targets, std::move(stop)), payload(notification, WebhookShape::generic) + "\n");
  return result.success() ? "" : failure_words(result, "it ended with " + result.status.text());
}

}  // namespace

bool NotifyTargets::wants(NotificationKind kind) const {
  return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

Notification without_secrets(Notification notification, const std::vector<std::string>& secrets) {
  const auto clean = [&](std::string& text) { hide(text, secrets); };
  for (std::string* text : {&notification.project, &notification.plan_id, &notification.plan_title,
                            &notification.text, &notification.task_id, &notification.task_title})
    clean(*text);
  if (notification.question) {
    clean(notification.question->text);
    clean(notification.question->recommendation);
    for (std::string& option : notification.question->options) clean(option);
  }
  return notification;
}

std::vector<Delivered> deliver(const NotifyTargets& targets, Notification notification,
                               std::stop_token stop) {
  const Notification clean = without_secrets(std::move(notification), targets.secrets);
  std::vector<Delivered> all;
  const auto attempt = [&](const char* target, auto send) {
    Delivered delivered{target, {}};
    try {
      delivered.problem = send(targets, clean, stop);
    } catch (const Error& error) {
      delivered.problem = one_line(error.what(), 200);
    }
    hide(delivered.problem, {targets.webhook});
    hide(delivered.problem, targets.secrets);
    all.push_back(std::move(delivered));
  };
  if (!targets.webhook.empty()) attempt("webhook", send_webhook);
  if (targets.desktop) attempt("desktop", show_on_desktop);
  if (!targets.command.empty()) attempt("command", run_command);
  return all;
}

}  // namespace milepost
