#include "agent_event_json.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/time.hpp"

#include "report_object.hpp"

namespace milepost {

namespace {

/// The keys of one agent event, after "kind".
struct AgentEventKeys {
  Json& object;

  void operator()(const SessionStarted& event) const {
    object["kind"] = "session_started";
    object["session_id"] = event.session_id;
    object["model"] = event.model;
    object["harness_version"] = event.harness_version;
  }
  void operator()(const AgentText& event) const { text("text", event.text); }
  void operator()(const AgentThinking& event) const { text("thinking", event.text); }
  void operator()(const ToolCall& event) const {
    object["kind"] = "tool_call";
    object["id"] = event.id;
    object["name"] = event.name;
    object["summary"] = event.summary;
  }
  void operator()(const ToolResult& event) const {
    object["kind"] = "tool_result";
    object["id"] = event.id;
    object["is_error"] = event.is_error;
    object["text"] = event.text;
  }
  void operator()(const ApiRetry& event) const {
    object["kind"] = "api_retry";
    object["attempt"] = event.attempt;
    object["max_attempts"] = event.max_attempts;
    object["delay_ms"] = event.delay.count();
    object["http_status"] = event.http_status > 0 ? Json(event.http_status) : Json();
    object["reason"] = event.kind;
  }
  void operator()(const Notice& event) const {
    text("notice", event.text);
    object["about"] = event.kind;
  }
  void operator()(const UsageSoFar& event) const {
    object["kind"] = "usage";
    object["usage"] = usage_object(event.usage);
  }
  void operator()(const UnknownEvent& event) const {
    object["kind"] = "unknown";
    object["type"] = event.type;
  }
  void operator()(const BadLine& event) const { text("bad_line", event.text); }
  void operator()(const ResultEvent& event) const {
    object["kind"] = "result";
    object["result"] = to_string(event.kind);
    object["text"] = event.text;
    object["session_id"] = event.session_id;
  }

 private:
  void text(const char* kind, const std::string& text) const {
    object["kind"] = kind;
    object["text"] = text;
  }
};

}  // namespace

std::string agent_event_line(const TaskId& task, const AgentEvent& event) {
  Json object = {{"time", utc_now()}, {"event", "agent"}, {"task", task.value}};
  std::visit(AgentEventKeys{object}, event);
  return without_commands(to_json_text(object, JsonForm::line));
}

std::string without_commands(std::string json_line) {
  for (std::size_t at = json_line.find("##"); at != std::string::npos; at = json_line.find("##", at + 1))
    json_line.replace(at + 1, 1, "\\u0023");
  return json_line;
}

}  // namespace milepost
