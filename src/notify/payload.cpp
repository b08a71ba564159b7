#include "milepost/notify/payload.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t k_format_version = 1;
constexpr std::size_t k_text_bytes = 1000;
constexpr std::size_t k_title_bytes = 150;
constexpr std::size_t k_options = 10;

std::string replaced(std::string_view text, std::initializer_list<std::pair<char, const char*>> rules) {
  std::string out;
  for (const char c : text) {
    const char* with = nullptr;
    for (const auto& [from, to] : rules) {
      if (c == from) with = to;
    }
    with ? out += with : out += c;
  }
  return out;
}

/// Slack's three control characters (its "escaping text"): without them no mention and no link begins.
std::string for_slack(std::string_view text) {
  return replaced(text, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}});
}

std::string question_lines(const Question& question) {
  std::string text;
  for (std::size_t i = 0; i < question.options.size() && i < k_options; ++i)
    text += "\n" + std::to_string(i + 1) + ". " + one_line(question.options[i], k_title_bytes);
  if (!question.recommendation.empty())
    text += "\nrecommended: " + one_line(question.recommendation, k_title_bytes);
  return text;
}

std::string chat_text(const Notification& notification, std::string_view mark) {
  std::string text =
      std::string(mark) + headline(notification) + std::string(mark) + "\n" + body_text(notification);
  if (notification.question) text += question_lines(*notification.question);
  return text;
}

Json question_object(const std::optional<Question>& question) {
  if (!question) return nullptr;
  Json options = Json::array();
  for (std::size_t i = 0; i < question->options.size() && i < k_options; ++i)
    options.push_back(one_line(question->options[i], k_title_bytes));
  return {{"text", printable(utf8_prefix(question->text, k_text_bytes), /*keep_newlines=*/true)},
          {"options", options},
          {"recommendation", one_line(question->recommendation, k_title_bytes)}};
}

Json generic(const Notification& n) {
  Json task = nullptr;
  if (!n.task_id.empty())
    task = {{"id", one_line(n.task_id, k_title_bytes)},
            {"title", one_line(n.task_title, k_title_bytes)},
            {"outcome", n.outcome ? Json(to_string(*n.outcome)) : Json()}};
  Json exit = nullptr;
  if (n.exit) exit = {{"code", static_cast<int>(*n.exit)}, {"name", name_of(*n.exit)}};
  return {{"version", k_format_version},
          {"event", to_string(n.kind)},
          {"time", n.time},
          {"title", headline(n)},
          {"text", body_text(n)},
          {"run", n.run},
          {"project", one_line(n.project, k_title_bytes)},
          {"plan",
           {{"id", one_line(n.plan_id, k_title_bytes)}, {"title", one_line(n.plan_title, k_title_bytes)}}},
          {"task", task},
          {"question", question_object(n.question)},
          {"tasks_done", n.done},
          {"tasks_total", n.total},
          {"cost_usd", n.cost_usd ? Json(*n.cost_usd) : Json()},
          {"exit", exit}};
}

Json object_of(const Notification& notification, WebhookShape shape) {
  switch (shape) {
    case WebhookShape::generic:
      break;
    case WebhookShape::slack:
      return {{"text", for_slack(chat_text(notification, "*"))}};
    case WebhookShape::discord:
      return {{"content", std::string(utf8_prefix(chat_text(notification, "**"), 1900))},
              {"allowed_mentions", {{"parse", Json::array()}}}};
  }
  return generic(notification);
}

}  // namespace

WebhookShape shape_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  const std::string name = to_lower_ascii(host.substr(0, host.find(':')));
  const auto is = [&](const std::string& domain) { return name == domain || name.ends_with("." + domain); };
  if (is("slack.com") || is("slack-gov.com")) return WebhookShape::slack;
  if (is("discord.com") || is("discordapp.com")) return WebhookShape::discord;
  return WebhookShape::generic;
}

std::string payload(const Notification& notification, WebhookShape shape) {
  return to_json_text(object_of(notification, shape), JsonForm::ascii_line);
}

std::string headline(const Notification& notification) {
  const std::string& id = notification.plan_id;
  std::string title = id;
  if (!notification.plan_title.empty()) title += (id.empty() ? "" : " ") + notification.plan_title;
  if (!notification.project.empty()) title = notification.project + ": " + title;
  return one_line("milepost " + title, k_title_bytes);
}

std::string body_text(const Notification& notification) {
  std::string text = one_line(notification.text, k_text_bytes);
  const bool of_run =
      notification.kind == NotificationKind::end || notification.kind == NotificationKind::task_done;
  if (of_run && notification.total > 0)
    text += " (" + std::to_string(notification.done) + " of " + std::to_string(notification.total) +
            " tasks done)";
  return text;
}

}  // namespace milepost
