#include "harness/opencode_events.hpp"

#include "milepost/base/text.hpp"
#include "milepost/harness/usage.hpp"

#include "harness/http_failure.hpp"
#include "harness/json_line.hpp"
#include "harness/line_reader.hpp"
#include "harness/tool_summary.hpp"

namespace milepost {

namespace {

using nlohmann::json;
using OnEvent = std::function<void(AgentEvent)>;

constexpr std::size_t k_summary_columns = 200;

/// The one argument of a tool call that tells a person what it does.
std::string summary_of(const json& input) {
  for (const char* key : {"filePath", "path", "command", "pattern", "url", "query", "description", "name"}) {
    const std::string value = json_text(input, key);
    if (value.empty()) continue;
    constexpr std::string_view k_prefix = "/workspace/";
    return one_line(value.starts_with(k_prefix) ? std::string_view(value).substr(k_prefix.size()) : value,
                    k_summary_columns);
  }
  return {};
}

/// A command that exits with 3 is "completed" like any other.
ToolResult tool_result_of(const json& part) {
  const json& state = json_member(part, "state");
  const json& exit = json_member(json_member(state, "metadata"), "exit");
  ToolResult result;
  result.id = json_text(part, "callID");
  const bool bad_exit = exit.is_number() && exit != 0;
  result.is_error = json_text(state, "status") != "completed" || bad_exit;
  result.text = json_text(state, result.is_error && !bad_exit ? "error" : "output");
  if (bad_exit) result.text = "exit " + exit.dump() + "\n" + result.text;
  return result;
}

Usage usage_of(const json& part) {
  const json& tokens = json_member(part, "tokens");
  const json& cache = json_member(tokens, "cache");
  Usage usage, more;
  usage.input_tokens = json_count(tokens, "input");
  usage.cached_tokens = json_count(cache, "read");
  usage.output_tokens = json_count(tokens, "output");
  more.cached_tokens = json_count(cache, "write");
  more.output_tokens = json_count(tokens, "reasoning");
  usage.cost_usd = json_amount(part, "cost");
  usage.turns = 1;
  add(usage, more);
  return usage;
}

/// OpenCode, `error.name`; an answer of the service also has `data.statusCode`.
ResultKind kind_of_error(const std::string& name, int status) {
  if (name == "ProviderAuthError") return ResultKind::auth;
  if (name == "ContextOverflowError") return ResultKind::context_overflow;
  return kind_of_status(status).value_or(ResultKind::error);
}

class OpencodeParser : public EventParser {
 public:
  void feed(std::string_view bytes, const OnEvent& on_event) override {
    reader_.feed(
        bytes, [&](std::string_view line) { read_line(line, on_event); },
        [&](std::string_view start) { on_event(BadLine{valid_utf8(start)}); });
  }

  void finish(const OnEvent& on_event) override {
    reader_.finish([&](std::string_view start) {
      last_reason_.clear();  // something more was on its way
      on_event(BadLine{valid_utf8(start)});
    });
    if (failure_) {
      failure_->usage = known_usage();
      return on_event(*failure_);
    }
    if (last_reason_.empty()) return;
    ResultEvent result;
    result.session_id = session_id_;
    result.kind = last_reason_ == "stop"             ? ResultKind::success
                  : last_reason_ == "content-filter" ? ResultKind::refused
                                                     : ResultKind::error;
    result.text = last_text_;
    if (result.kind != ResultKind::success) result.text = "the model stopped for the reason " + last_reason_;
    result.usage = known_usage();
    on_event(std::move(result));
  }

 private:
  void read_line(std::string_view text, const OnEvent& on_event) {
    const auto line = parse_json_line(text);
    if (!line) return on_event(BadLine{valid_utf8(utf8_prefix(text, k_bad_line_bytes))});
    const json& object = line->object;
    const std::string type = json_text(object, "type");
    const json& part = json_member(object, "part");
    const std::string session = json_text(object, "sessionID");
    if (session_id_.empty() && !session.empty()) {
      session_id_ = session;
      on_event(SessionStarted{session, "", ""});
    }
    if (type == "error") return read_error(json_member(object, "error"), on_event);
    if (type == "step_finish") {
      finish_step(*line, part);
      return on_event(UsageSoFar{known_usage()});
    }
    if (type != "step_start" && type != "text" && type != "reasoning" && type != "tool_use")
      return on_event(UnknownEvent{type});
    last_reason_.clear();  // the work goes on
    if (type == "text") {
      last_text_ = json_text(part, "text");
      on_event(AgentText{last_text_});
    } else if (type == "reasoning") {
      on_event(AgentThinking{json_text(part, "text")});
    } else if (type == "tool_use") {
      const json& input = json_member(json_member(part, "state"), "input");
      on_event(
          ToolCall{json_text(part, "callID"), json_text(part, "tool"), summary_of(input), tool_input(input)});
      on_event(tool_result_of(part));
    }
  }

  void finish_step(const JsonLine& line, const json& part) {
    add(usage_, usage_of(part));
    const std::string reason = json_text(part, "reason");
    const bool whole = !line.repeated_key && json_member(part, "tokens").is_object() && !session_id_.empty();
    last_reason_ = whole ? reason : "unknown";
    if (reason == "tool-calls") last_reason_.clear();
  }

  void read_error(const json& error, const OnEvent& on_event) {
    const json& data = json_member(error, "data");
    const auto status = json_count(data, "statusCode");
    ResultEvent failure;
    failure.session_id = session_id_;
    if (status && *status <= 999) failure.http_status = static_cast<int>(*status);
    const std::string name = json_text(error, "name");
    failure.kind = kind_of_error(name, failure.http_status);
    failure.text = json_text(data, "message");
    if (failure.text.empty()) failure.text = name.empty() ? "OpenCode gives no reason" : name;
    on_event(Notice{"error", failure.text});
    failure_ = std::move(failure);
  }

  /// It counts a model whose price it does not know as free.
  Usage known_usage() const {
    Usage usage = usage_;
    if (usage.cost_usd == 0.0) usage.cost_usd.reset();
    return usage;
  }

  LineReader reader_;
  std::string session_id_, last_text_;
  std::string last_reason_;  ///< of the last step, when nothing came after it
  std::optional<ResultEvent> failure_;
  Usage usage_;
};

}  // namespace

std::unique_ptr<EventParser> opencode_event_parser() {
  return std::make_unique<OpencodeParser>();
}

}  // namespace milepost
