#include "harness/codex_events.hpp"

#include "milepost/base/text.hpp"

#include "harness/codex_failure.hpp"
#include "harness/json_line.hpp"
#include "harness/line_reader.hpp"
#include "harness/tool_summary.hpp"

#include <algorithm>
#include <set>

namespace milepost {

namespace {

using nlohmann::json;
using OnEvent = std::function<void(AgentEvent)>;

constexpr std::size_t k_summary_columns = 200;
constexpr std::size_t k_most_open_items = 1000;

/// The one argument of an item that tells a person what it does.
std::string summary_of(const json& item, const std::string& type) {
  if (type == "file_change") {
    std::string paths;
    for (const json& change : json_member(item, "changes")) {
      const std::string path = json_text(change, "path");
      constexpr std::string_view k_prefix = "/workspace/";
      paths += paths.empty() ? "" : ", ";
      paths += path.starts_with(k_prefix) ? path.substr(k_prefix.size()) : path;
    }
    return one_line(paths, k_summary_columns);
  }
  if (type == "mcp_tool_call")
    return one_line(json_text(item, "server") + " " + json_text(item, "tool"), k_summary_columns);
  for (const char* key : {"command", "query", "prompt"}) {
    const std::string value = json_text(item, key);
    if (!value.empty()) return one_line(value, k_summary_columns);
  }
  return {};
}

ToolCall call_of(const std::string& id, const json& item, const std::string& type) {
  const std::string summary = summary_of(item, type), command = json_text(item, "command");
  return {id, type, summary, command.empty() ? std::string() : input_beside(command, summary)};
}

bool is_tool(const std::string& type) {
  return type == "command_execution" || type == "file_change" || type == "mcp_tool_call" ||
         type == "web_search" || type == "collab_tool_call";
}

ToolResult tool_result_of(const json& item) {
  const json& exit_code = json_member(item, "exit_code");
  const std::string status = json_text(item, "status");
  ToolResult result;
  result.id = json_text(item, "id");
  result.is_error = (exit_code.is_number_integer() && exit_code != 0) || status == "failed" ||
                    status == "declined" || json_member(item, "error").is_object();
  result.text = json_text(item, "aggregated_output");
  if (result.text.empty()) result.text = json_text(json_member(item, "error"), "message");
  if (result.text.empty() && result.is_error)
    result.text = exit_code.is_number_integer() ? "exit " + exit_code.dump() : status;
  return result;
}

class CodexParser : public EventParser {
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
    if (type == "thread.started") {
      session_id_ = json_text(object, "thread_id");
      return on_event(SessionStarted{session_id_, "", ""});
    }
    if (type == "turn.started" || type == "item.updated") return;  // nothing that its end does not say again
    if (type == "item.started") return start_item(json_member(object, "item"), on_event);
    if (type == "item.completed") return complete_item(json_member(object, "item"), on_event);
    if (type == "error") return on_event(Notice{"error", json_text(object, "message")});
    if (type == "turn.completed") return complete_turn(*line, on_event);
    if (type == "turn.failed") return fail_turn(json_text(json_member(object, "error"), "message"), on_event);
    on_event(UnknownEvent{type});
  }

  void start_item(const json& item, const OnEvent& on_event) {
    const std::string type = json_text(item, "type");
    if (!is_tool(type)) return;  // a text is complete when it is completed
    const std::string id = json_text(item, "id");
    if (open_items_.size() < k_most_open_items) open_items_.insert(id);
    on_event(call_of(id, item, type));
  }

  void complete_item(const json& item, const OnEvent& on_event) {
    const std::string type = json_text(item, "type");
    if (type == "agent_message") {
      last_text_ = json_text(item, "text");
      return on_event(AgentText{last_text_});
    }
    if (type == "reasoning") return on_event(AgentThinking{json_text(item, "text")});
    if (type == "error") return on_event(Notice{"warning", json_text(item, "message")});
    if (type == "todo_list") return;
    if (!is_tool(type)) return on_event(UnknownEvent{"item/" + type});
    const ToolResult result = tool_result_of(item);
    if (open_items_.erase(result.id) == 0) on_event(call_of(result.id, item, type));
    on_event(result);
  }

  /// A turn is completed when it says so with its figures: the event that Codex writes has them always.
  void complete_turn(const JsonLine& line, const OnEvent& on_event) {
    const json& tokens = json_member(line.object, "usage");
    ResultEvent event;
    const bool success = !line.repeated_key && tokens.is_object() && !session_id_.empty() && !ended_;
    event.kind = success ? ResultKind::success : ResultKind::error;
    event.text = success ? last_text_ : "the end of the turn is not as Codex writes it";
    event.session_id = session_id_;
    const auto input = json_count(tokens, "input_tokens");
    event.usage.cached_tokens = json_count(tokens, "cached_input_tokens");
    if (input) event.usage.input_tokens = *input - std::min(*input, event.usage.cached_tokens.value_or(0));
    event.usage.output_tokens = json_count(tokens, "output_tokens");
    event.tokens_are_cumulative = true;
    ended_ = true;
    on_event(std::move(event));
  }

  void fail_turn(const std::string& message, const OnEvent& on_event) {
    const CodexFailure failure = codex_failure(message);
    ResultEvent event;
    event.kind = failure.kind;
    event.http_status = failure.http_status;
    event.text = message.empty() ? "Codex gives no reason" : message;
    event.session_id = session_id_;
    ended_ = true;
    on_event(std::move(event));
  }

  LineReader reader_;
  std::string session_id_, last_text_;
  std::set<std::string> open_items_;  ///< tools at work
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<EventParser> codex_event_parser() {
  return std::make_unique<CodexParser>();
}

}  // namespace milepost
