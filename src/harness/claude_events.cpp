#include "harness/claude_events.hpp"

#include "milepost/base/text.hpp"
#include "milepost/harness/usage.hpp"

#include "harness/claude_result.hpp"
#include "harness/json_line.hpp"
#include "harness/line_reader.hpp"
#include "harness/tool_summary.hpp"

#include <algorithm>
#include <limits>

namespace milepost {

namespace {

using nlohmann::json;
using OnEvent = std::function<void(AgentEvent)>;

/// A text, or the texts of a list of content blocks.
std::string text_of(const json& content) {
  if (content.is_string()) return content.get<std::string>();
  std::string text;
  if (!content.is_array()) return text;
  for (const json& block : content) {
    const std::string part = json_text(block, "text");
    if (!text.empty() && !part.empty()) text += '\n';
    text += part;
  }
  return text;
}

unsigned small_count(const json& object, const char* key) {
  constexpr std::uint64_t k_most = std::numeric_limits<int>::max();
  return static_cast<unsigned>(std::min(json_count(object, key).value_or(0), k_most));
}

class ClaudeParser : public EventParser {
 public:
  void feed(std::string_view bytes, const OnEvent& on_event) override {
    reader_.feed(
        bytes, [&](std::string_view line) { read_line(line, on_event); },
        [&](std::string_view start) { on_event(BadLine{valid_utf8(start)}); });
  }

  void finish(const OnEvent& on_event) override {
    reader_.finish([&](std::string_view start) { on_event(BadLine{valid_utf8(start)}); });
  }

 private:
  void read_line(std::string_view text, const OnEvent& on_event) {
    const auto line = parse_json_line(text);
    if (!line) return on_event(BadLine{valid_utf8(utf8_prefix(text, k_bad_line_bytes))});
    const json& object = line->object;
    const std::string type = json_text(object, "type");
    if (type == "result") return on_event(claude_result(object, line->repeated_key, history_));
    if (type == "system") return read_system(object, on_event);
    if (type == "assistant") return read_assistant(object, on_event);
    if (type == "user") return read_user(object, on_event);
    if (type == "rate_limit_event") return read_rate_limit(object, on_event);
    on_event(UnknownEvent{type});
  }

  static void read_system(const json& object, const OnEvent& on_event) {
    const std::string subtype = json_text(object, "subtype");
    if (subtype == "init") {
      return on_event(SessionStarted{json_text(object, "session_id"), json_text(object, "model"),
                                     json_text(object, "claude_code_version")});
    }
    if (subtype == "api_retry") {
      ApiRetry retry;
      retry.attempt = small_count(object, "attempt");
      retry.max_attempts = small_count(object, "max_retries");
      retry.delay = Milliseconds(small_count(object, "retry_delay_ms"));
      retry.http_status = static_cast<int>(small_count(object, "error_status"));
      retry.kind = json_text(object, "error");
      return on_event(std::move(retry));
    }
    if (subtype.empty()) return on_event(UnknownEvent{"system"});
    // A command or a subagent that begins, goes on or ends: its tool call has told of it, unless it failed.
    if (subtype.starts_with("task_") && json_text(object, "status") != "failed")
      return on_event(UnknownEvent{"system/" + subtype});
    for (const char* key : {"message", "content", "summary", "description", "status", "text"}) {
      if (std::string words = json_text(object, key); !words.empty()) {
        return on_event(Notice{subtype, std::move(words)});
      }
    }
    on_event(UnknownEvent{"system/" + subtype});
  }

  void read_assistant(const json& object, const OnEvent& on_event) {
    const json& content = json_member(json_member(object, "message"), "content");
    const std::string error = json_text(object, "error");
    if (!error.empty()) {
      // The harness speaks here in the agent's place ("Invalid API key"): no answer of a model.
      history_.last_error = error;
      return on_event(Notice{error, text_of(content)});
    }
    tell_usage(json_member(object, "message"), on_event);
    const bool subagent = json_member(object, "parent_tool_use_id").is_string();
    if (!content.is_array()) return on_event(UnknownEvent{"assistant"});
    for (const json& block : content) {
      const std::string type = json_text(block, "type");
      if (type == "text" && subagent) {
        on_event(Notice{"subagent", json_text(block, "text")});
      } else if (type == "text") {
        on_event(AgentText{json_text(block, "text")});
      } else if (type == "thinking") {
        on_event(AgentThinking{json_text(block, "thinking")});
      } else if (type == "tool_use" || type == "server_tool_use") {
        on_event(ToolCall{json_text(block, "id"), json_text(block, "name"),
                          tool_summary(json_member(block, "input")),
                          tool_input(json_member(block, "input"))});
      } else {
        on_event(UnknownEvent{"assistant/" + type});
      }
    }
  }

  /// An answer comes as several lines with the same id and figures.
  void tell_usage(const json& message, const OnEvent& on_event) {
    const json& tokens = json_member(message, "usage");
    const std::string id = json_text(message, "id");
    if (!tokens.is_object() || id.empty() || id == last_message_) return;
    last_message_ = id;
    Usage one;
    one.input_tokens = json_count(tokens, "input_tokens");
    one.cached_tokens = claude_cached_tokens(tokens);
    one.output_tokens = json_count(tokens, "output_tokens");
    one.turns = 1;
    add(used_, one);
    on_event(UsageSoFar{used_});
  }

  static void read_user(const json& object, const OnEvent& on_event) {
    const json& content = json_member(json_member(object, "message"), "content");
    if (!content.is_array()) return on_event(UnknownEvent{"user"});
    for (const json& block : content) {
      const std::string type = json_text(block, "type");
      if (type != "tool_result") {
        on_event(UnknownEvent{"user/" + type});
        continue;
      }
      ToolResult result;
      result.id = json_text(block, "tool_use_id");
      result.is_error = json_member(block, "is_error") == true;
      result.text = text_of(json_member(block, "content"));
      on_event(std::move(result));
    }
  }

  void read_rate_limit(const json& object, const OnEvent& on_event) {
    const json& info = json_member(object, "rate_limit_info");
    history_.limit_status = json_text(info, "status");
    history_.limit_resets_at = json_count(info, "resetsAt");
    if (history_.limit_status.empty() || history_.limit_status == "allowed") {
      return on_event(UnknownEvent{"rate_limit_event"});
    }
    on_event(Notice{"rate_limit",
                    "usage limit " + json_text(info, "rateLimitType") + ": " + history_.limit_status});
  }

  LineReader reader_;
  ClaudeHistory history_;
  std::string last_message_;
  Usage used_;
};

}  // namespace

std::unique_ptr<EventParser> claude_event_parser() {
  return std::make_unique<ClaudeParser>();
}

}  // namespace milepost
