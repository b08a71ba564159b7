#include "harness/ndjson_events.hpp"

#include "harness/http_failure.hpp"
#include "harness/json_line_parser.hpp"

#include <algorithm>
#include <limits>

namespace milepost {

namespace {

using nlohmann::json;

constexpr ResultKind k_failures[] = {ResultKind::auth,
                                     ResultKind::quota,
                                     ResultKind::rate_limited,
                                     ResultKind::overloaded,
                                     ResultKind::context_overflow,
                                     ResultKind::turn_limit,
                                     ResultKind::budget,
                                     ResultKind::permission_blocked,
                                     ResultKind::refused};

unsigned small_count(const json& object, const char* key) {
  constexpr std::uint64_t k_most = std::numeric_limits<int>::max();
  return static_cast<unsigned>(std::min(json_count(object, key).value_or(0), k_most));
}

ResultKind failure_of(const std::string& name, int status) {
  for (const ResultKind kind : k_failures) {
    if (name == to_string(kind)) return kind;
  }
  return kind_of_status(status).value_or(ResultKind::error);
}

Usage usage_of(const json& reported) {
  Usage usage;
  usage.input_tokens = json_count(reported, "input_tokens");
  usage.cached_tokens = json_count(reported, "cached_tokens");
  usage.output_tokens = json_count(reported, "output_tokens");
  usage.cost_usd = json_amount(reported, "cost_usd");
  if (json_count(reported, "turns")) usage.turns = small_count(reported, "turns");
  return usage;
}

class NdjsonParser : public JsonLineParser {
  void take(const JsonLine& line, const OnEvent& on_event) override {
    const json& object = line.object;
    const std::string type = json_text(object, "type");
    if (type == "session") {
      session_ = json_text(object, "id");
      return on_event(SessionStarted{session_, json_text(object, "model"), json_text(object, "version")});
    }
    if (type == "text") return on_event(AgentText{json_text(object, "text")});
    if (type == "thinking") return on_event(AgentThinking{json_text(object, "text")});
    if (type == "tool") {
      return on_event(
          ToolCall{json_text(object, "id"), json_text(object, "name"), json_text(object, "summary")});
    }
    if (type == "tool_result") {
      return on_event(
          ToolResult{json_text(object, "id"), json_member(object, "ok") != true, json_text(object, "text")});
    }
    if (type == "notice") return on_event(Notice{"notice", json_text(object, "text")});
    if (type == "retry") return on_event(retry_of(object));
    if (type == "result") return on_event(result_of(line));
    on_event(UnknownEvent{type});
  }

  static ApiRetry retry_of(const json& object) {
    ApiRetry retry;
    retry.attempt = small_count(object, "attempt");
    retry.max_attempts = small_count(object, "max_attempts");
    retry.delay = Milliseconds(small_count(object, "delay_ms"));
    retry.http_status = static_cast<int>(small_count(object, "http_status"));
    retry.kind = json_text(object, "reason");
    return retry;
  }

  ResultEvent result_of(const JsonLine& line) const {
    const json& object = line.object;
    ResultEvent event;
    event.http_status = static_cast<int>(std::min(small_count(object, "http_status"), 999u));
    const bool success = json_member(object, "status") == "success" && !line.repeated_key &&
                         json_member(object, "class").is_null() && event.http_status < 400;
    event.kind = success ? ResultKind::success : failure_of(json_text(object, "class"), event.http_status);
    event.text = json_text(object, "text");
    event.session_id = session_;
    if (json_member(object, "session").is_string()) event.session_id = json_text(object, "session");
    event.usage = usage_of(json_member(object, "usage"));
    return event;
  }

  std::string session_;
};

}  // namespace

std::unique_ptr<EventParser> ndjson_event_parser() {
  return std::make_unique<NdjsonParser>();
}

}  // namespace milepost
