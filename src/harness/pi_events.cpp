#include "harness/pi_events.hpp"

#include "milepost/base/text.hpp"
#include "milepost/harness/usage.hpp"

#include "harness/http_failure.hpp"
#include "harness/json_line_parser.hpp"
#include "harness/pi_answer.hpp"
#include "harness/tool_summary.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

namespace milepost {

namespace {

using nlohmann::json;

/// Every piece of an answer is a line of this type that repeats the whole answer so far: half a gigabyte for
/// an answer of four megabytes.
constexpr std::string_view k_piece = R"({"type":"message_update")";
/// Repeats everything of the run; of a long one it is more than can be read.
constexpr std::string_view k_end = R"({"type":"agent_end")";

unsigned small_count(const json& object, const char* key) {
  constexpr std::uint64_t k_most = std::numeric_limits<int>::max();
  return static_cast<unsigned>(std::min(json_count(object, key).value_or(0), k_most));
}

std::string text_of(const json& content) {
  return pi_answer({{"content", content}}).text;
}

/// Types that say nothing that other lines do not say too.
bool is_known(const std::string& type) {
  constexpr std::string_view k_types[] = {"agent_start",   "turn_start",     "turn_end",
                                          "message_start", "message_update", "tool_execution_update",
                                          "auto_retry_end"};
  return std::find(std::begin(k_types), std::end(k_types), type) != std::end(k_types);
}

class PiParser : public JsonLineParser {
 public:
  std::optional<ResultEvent> result_at_end(std::optional<ResultEvent> said,
                                           const ProcessEnd& end) const override {
    if (!said && end_was_too_long_ && last_ && last_->stop_reason == "stop" && end.success()) {
      return result_of(/*success=*/true);
    }
    return said;
  }

 private:
  bool take_text(std::string_view line, const OnEvent& on_event) override {
    if (line.starts_with(k_piece)) return true;
    if (!line.starts_with(k_end) || !line.ends_with('}')) return false;
    const auto parsed = parse_json_line(line);
    if (!parsed) {  // whole, but of more values than are looked at
      take_end(last_ && last_->stop_reason == "stop", on_event);
    } else {
      take(*parsed, on_event);
    }
    return true;
  }

  void take(const JsonLine& line, const OnEvent& on_event) override {
    const json& object = line.object;
    const std::string type = json_text(object, "type");
    if (type == "session") {
      session_ = json_text(object, "id");
      return on_event(SessionStarted{session_, "", ""});
    }
    if (type == "message_end") return take_message(json_member(object, "message"), on_event);
    if (type == "tool_execution_start") {
      return on_event(ToolCall{json_text(object, "toolCallId"), json_text(object, "toolName"),
                               tool_summary(json_member(object, "args")),
                               tool_input(json_member(object, "args"))});
    }
    if (type == "tool_execution_end") {
      return on_event(ToolResult{json_text(object, "toolCallId"), json_member(object, "isError") != false,
                                 text_of(json_member(json_member(object, "result"), "content"))});
    }
    if (type == "auto_retry_start") return take_retry(object, on_event);
    if (type == "agent_end") return take_end(says_success(line), on_event);
    if (type == "agent_start") failed_.reset();  // it tries again
    if (!is_known(type)) on_event(UnknownEvent{type});
  }

  void take_bad(std::string_view start, const OnEvent& on_event) override {
    if (start.starts_with(k_piece)) return;
    // Whether the end could be read by its length alone shows when the process has ended.
    end_was_too_long_ = start.starts_with(k_end) && start.size() + 4 > k_bad_line_bytes;
    JsonLineParser::take_bad(start, on_event);
  }

  void at_end(const OnEvent& on_event) override {
    if (failed_) on_event(*failed_);
  }

  void take_message(const json& message, const OnEvent& on_event) {
    const std::string role = json_text(message, "role");
    if (role == "user" || role == "toolResult") return;  // the prompt, and what tool_execution_end told
    if (role != "assistant") return on_event(UnknownEvent{"message_end/" + role});
    last_ = pi_answer(message);
    add(usage_, last_->usage);
    // Of a sum with an unknown part only the rest would be known.
    if (!last_->usage.cost_usd) cost_is_known_ = false;
    usage_.turns = usage_.turns.value_or(0) + 1;
    on_event(UsageSoFar{known_usage()});
    const json& content = json_member(message, "content");
    for (const json& block : content.is_array() ? content : json::array()) {
      const std::string type = json_text(block, "type");
      if (type == "text") on_event(AgentText{json_text(block, "text")});
      if (type == "thinking") on_event(AgentThinking{json_text(block, "thinking")});
    }
    if (!last_->error.empty()) on_event(Notice{"error", last_->error});
  }

  static void take_retry(const json& object, const OnEvent& on_event) {
    ApiRetry retry;
    retry.attempt = small_count(object, "attempt");
    retry.max_attempts = small_count(object, "maxAttempts");
    retry.delay = Milliseconds(small_count(object, "delayMs"));
    retry.http_status = pi_error_status(json_text(object, "errorMessage"));
    if (!retry.http_status) retry.kind = one_line(json_text(object, "errorMessage"), 120);
    on_event(std::move(retry));
  }

  bool says_success(const JsonLine& line) const {
    const json& messages = json_member(line.object, "messages");
    if (line.repeated_key || !messages.is_array() || messages.empty() || !last_) return false;
    const json& newest = messages.back();
    return json_text(newest, "role") == "assistant" && json_text(newest, "stopReason") == "stop" &&
           json_member(newest, "errorMessage").is_null() && last_->stop_reason == "stop" &&
           last_->error.empty();
  }

  void take_end(bool success, const OnEvent& on_event) {
    failed_.reset();
    if (success) return on_event(result_of(true));
    failed_ = result_of(false);
  }

  Usage known_usage() const {
    Usage usage = usage_;
    if (!cost_is_known_) usage.cost_usd.reset();
    return usage;
  }

  ResultEvent result_of(bool success) const {
    ResultEvent event;
    event.session_id = session_;
    event.usage = known_usage();
    if (success) {
      event.kind = ResultKind::success;
      event.text = last_->text;
      return event;
    }
    if (!last_) {
      event.text = "pi ended without a whole answer";
      return event;
    }
    event.text = last_->error.empty() ? "the answer ended with '" + last_->stop_reason + "'" : last_->error;
    event.http_status = last_->stop_reason == "error" ? pi_error_status(last_->error) : 0;
    event.kind = kind_of_status(event.http_status).value_or(ResultKind::error);
    return event;
  }

  std::string session_;
  std::optional<PiAnswer> last_;       ///< the newest answer
  std::optional<ResultEvent> failed_;  ///< an end that stands unless it tries again
  Usage usage_;
  bool cost_is_known_ = true;
  bool end_was_too_long_ = false;
};

}  // namespace

std::unique_ptr<EventParser> pi_event_parser() {
  return std::make_unique<PiParser>();
}

}  // namespace milepost
