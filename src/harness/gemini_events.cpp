#include "harness/gemini_events.hpp"

#include "milepost/base/text.hpp"

#include "harness/http_failure.hpp"
#include "harness/json_line_parser.hpp"
#include "harness/tool_summary.hpp"

#include <optional>

namespace milepost {

namespace {

using nlohmann::json;

// Its answers come in small pieces; more than this is handed on before the answer's end.
constexpr std::size_t k_piece_bytes = 1 << 20;
// What a result block is looked for in.
constexpr std::size_t k_answer_bytes = 4 << 20;

/// What an exit code of Gemini CLI tells.
struct ExitMeaning {
  std::optional<ResultKind> kind;
  int http_status = 0;
};

ExitMeaning meaning_of(int code) {
  constexpr int k_no_login = 41, k_turns = 53, k_overloaded = 529;
  if (code == k_no_login) return {ResultKind::auth};
  if (code == k_turns) return {ResultKind::turn_limit};
  // A process's exit code has eight bits of the status: 145 is 401, 17 is 529.
  const int status = code == (k_overloaded & 255) ? k_overloaded : code + 256;
  if (status < 400) return {};
  return {kind_of_status(status), status};
}

Usage usage_of(const json& stats) {
  Usage usage;
  usage.input_tokens = json_count(stats, "input");
  usage.cached_tokens = json_count(stats, "cached");
  usage.output_tokens = json_count(stats, "output_tokens");
  return usage;
}

class GeminiParser : public JsonLineParser {
 public:
  std::optional<ResultEvent> result_at_end(std::optional<ResultEvent> said,
                                           const ProcessEnd& end) const override {
    const bool may_learn = !said || said->kind == ResultKind::error;
    if (!may_learn || !end.started || !end.exited || end.reason != EndReason::by_itself) return said;
    const ExitMeaning meaning = meaning_of(end.code);
    if (!meaning.kind) return said;
    ResultEvent result = said.value_or(ResultEvent{});
    result.kind = *meaning.kind;
    result.http_status = meaning.http_status;
    if (result.text.empty()) result.text = "Gemini CLI exited with " + std::to_string(end.code);
    if (result.session_id.empty()) result.session_id = session_;
    return result;
  }

 private:
  void take(const JsonLine& line, const OnEvent& on_event) override {
    const json& object = line.object;
    const std::string type = json_text(object, "type");
    if (type == "message") return take_message(object, on_event);
    if (type == "tool_use") {
      flush(on_event);
      answer_.clear();
      return on_event(ToolCall{json_text(object, "tool_id"), json_text(object, "tool_name"),
                               tool_summary(json_member(object, "parameters")),
                               tool_input(json_member(object, "parameters"))});
    }
    if (type == "tool_result") {
      answer_.clear();
      return on_event(tool_result_of(object));
    }
    if (type == "result") {
      flush(on_event);
      return on_event(result_of(line));
    }
    if (type == "init") {
      session_ = json_text(object, "session_id");
      return on_event(SessionStarted{session_, json_text(object, "model"), ""});
    }
    if (type == "error" || object.contains("severity")) {
      flush(on_event);
      met_error_ = true;
      last_error_ = json_text(object, "message");
      return on_event(Notice{"error", last_error_});
    }
    on_event(UnknownEvent{type});
  }

  void take_bad(std::string_view start, const OnEvent& on_event) override {
    // A damaged line still tells what it was: one of these words is whole in it.
    const auto has = [&](std::string_view word) { return start.find(word) != std::string_view::npos; };
    if (has("\"error\"") || has("severity")) met_error_ = true;
    if (has("tool_")) answer_.clear();
    JsonLineParser::take_bad(start, on_event);
  }

  void at_end(const OnEvent& on_event) override { flush(on_event); }

  void take_message(const json& object, const OnEvent& on_event) {
    const std::string role = json_text(object, "role");
    if (role == "user") return;  // the prompt
    if (role != "assistant") return on_event(UnknownEvent{"message/" + role});
    const std::string words = json_text(object, "content");
    met_error_ = false;  // it went on
    unsaid_ += words;
    answer_ += words;
    if (answer_.size() > 2 * k_answer_bytes) answer_.erase(0, answer_.size() - k_answer_bytes);
    if (unsaid_.size() > k_piece_bytes) flush(on_event);
  }

  void flush(const OnEvent& on_event) {
    if (unsaid_.empty()) return;
    std::string words;
    words.swap(unsaid_);
    on_event(AgentText{valid_utf8(words)});
  }

  static ToolResult tool_result_of(const json& object) {
    ToolResult result;
    result.id = json_text(object, "tool_id");
    // A command that exits with 3 is a "success" here: nothing tells its exit code.
    result.is_error = json_text(object, "status") != "success";
    result.text = json_text(object, "output");
    if (result.text.empty()) result.text = json_text(json_member(object, "error"), "message");
    return result;
  }

  ResultEvent result_of(const JsonLine& line) const {
    const json& object = line.object;
    ResultEvent event;
    const bool success = !met_error_ && !trim(answer_).empty() && !line.repeated_key &&
                         json_member(object, "status") == "success" && json_member(object, "error").is_null();
    event.kind = success ? ResultKind::success : ResultKind::error;
    event.session_id = session_;
    event.usage = usage_of(json_member(object, "stats"));
    event.text = success ? valid_utf8(answer_) : json_text(json_member(object, "error"), "message");
    if (event.text.empty()) event.text = last_error_;
    if (event.text.empty()) event.text = "it ended without an answer";
    return event;
  }

  std::string session_;
  std::string unsaid_;  ///< words of the answer that were not handed on yet
  std::string answer_;  ///< the words since the last tool call
  std::string last_error_;
  bool met_error_ = false;  ///< and the agent has said nothing since
};

}  // namespace

std::unique_ptr<EventParser> gemini_event_parser() {
  return std::make_unique<GeminiParser>();
}

}  // namespace milepost
