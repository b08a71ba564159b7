#include "milepost/notify/payload.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace milepost;
using nlohmann::json;

namespace {

Notification question() {
  Notification n;
  n.kind = NotificationKind::question;
  n.time = "2026-01-02T03:04:05.000Z";
  n.run = "20260102-030405-abcdef";
  n.project = "repo";
  n.plan_id = "M4";
  n.plan_title = "A pump";
  n.text = "task 4.2 asks: <!channel> [x](http://evil) \x1b[31mred\xff";
  n.task_id = "4.2";
  n.task_title = "Open & close";
  n.outcome = Outcome::needs_human;
  n.question = Question{"Which <@U1>?\nReally?", {"metric", "imperial"}, "metric"};
  n.done = 1;
  n.total = 3;
  n.cost_usd = 0.5;
  return n;
}

}  // namespace

TEST_CASE("the generic object has every key, and null for what is unknown") {
  const json all = json::parse(payload(question(), WebhookShape::generic));
  CHECK(all["version"] == 1);
  CHECK(all["event"] == "question");
  CHECK(all["title"] == "milepost repo: M4 A pump");
  CHECK(all["task"]["outcome"] == "needs_human");
  CHECK(all["question"]["options"].size() == 2);
  CHECK(all["question"]["text"] == "Which <@U1>?\nReally?");
  CHECK(all["tasks_done"] == 1);
  CHECK(all["cost_usd"] == 0.5);
  CHECK(all["exit"].is_null());

  Notification end;
  end.kind = NotificationKind::end;
  end.exit = ExitCode::needs_human;
  const json last = json::parse(payload(end, WebhookShape::generic));
  CHECK(last["exit"]["code"] == 4);
  CHECK(last["exit"]["name"] == "needs_human");
  for (const char* key : {"task", "question", "cost_usd"}) CHECK(last[key].is_null());
  for (const auto& [key, value] : all.items()) CHECK(last.contains(key));
}

TEST_CASE("a payload is one line of printable ASCII, whatever an agent wrote") {
  for (const WebhookShape shape : {WebhookShape::generic, WebhookShape::slack, WebhookShape::discord}) {
    const std::string text = payload(question(), shape);
    for (const char c : text) {
      CHECK(c >= ' ');
      CHECK(c < 0x7f);
    }
    CHECK_FALSE(json::parse(text, nullptr, false).is_discarded());
    CHECK(text.find("\\u001b") == std::string::npos);
  }
}

TEST_CASE("an agent's words mention nobody in a chat") {
  const json slack = json::parse(payload(question(), WebhookShape::slack));
  const std::string text = slack["text"];
  CHECK(text.find('<') == std::string::npos);
  CHECK(text.find("&lt;!channel&gt;") != std::string::npos);
  CHECK(text.find("1. metric\n2. imperial\nrecommended: metric") != std::string::npos);
  CHECK(slack.size() == 1);
  const json discord = json::parse(payload(question(), WebhookShape::discord));
  CHECK(discord["allowed_mentions"]["parse"] == json::array());
}

TEST_CASE("texts of any length make messages that a chat takes") {
  Notification n = question();
  n.text = std::string(100'000, 'x');
  n.plan_title = std::string(100'000, 'y');
  n.question->options = std::vector<std::string>(1000, std::string(1000, 'z'));
  CHECK(payload(n, WebhookShape::generic).size() < 8000);
  CHECK(json::parse(payload(n, WebhookShape::slack))["text"].get<std::string>().size() < 4000);
  CHECK(json::parse(payload(n, WebhookShape::discord))["content"].get<std::string>().size() <= 2000);
}

TEST_CASE("the shape follows from the host and nothing else of a URL") {
  CHECK(shape_of("https://hooks.slack.com/services/T/B/x") == WebhookShape::slack);
  CHECK(shape_of("https://user:pass@HOOKS.SLACK.COM:443/x") == WebhookShape::slack);
  CHECK(shape_of("https://discord.com/api/webhooks/1/x") == WebhookShape::discord);
  CHECK(shape_of("https://ptb.discord.com/api/webhooks/1/x") == WebhookShape::discord);
  for (const char* url : {"https://example.org/slack.com", "https://notslack.com/x",
                          "https://slack.com.evil/x", "https://example.org/?discord.com", ""})
    CHECK(shape_of(url) == WebhookShape::generic);
}
