#include "harness/claude_result.hpp"

#include "harness/http_failure.hpp"
#include "harness/json_line.hpp"
#include "harness/tool_summary.hpp"

#include <limits>

namespace milepost {

namespace {

using nlohmann::json;

/// Claude stream-json, field `error` of an assistant line.
std::optional<ResultKind> kind_of_error(const std::string& error) {
  if (error == "authentication_failed" || error == "cloud_credential_error") return ResultKind::auth;
  if (error == "billing_error") return ResultKind::quota;
  if (error == "rate_limit") return ResultKind::rate_limited;
  if (error == "overloaded" || error == "server_error") return ResultKind::overloaded;
  return std::nullopt;
}

bool has_errors(const json& line) {
  const json& errors = json_member(line, "errors");
  return !errors.is_null() && !(errors.is_array() && errors.empty());
}

bool says_success(const json& line) {
  const json& is_error = json_member(line, "is_error");
  const json& reason = json_member(line, "terminal_reason");  // versions before 2.1 have none
  const json& stop = json_member(line, "stop_reason");
  const json& shutdown = json_member(line, "interrupted_by_shutdown");
  return json_member(line, "subtype") == "success" && is_error.is_boolean() && !is_error.get<bool>() &&
         (reason.is_null() || reason == "completed") && json_member(line, "api_error_status").is_null() &&
         !has_errors(line) && stop != "refusal" && stop != "model_context_window_exceeded" &&
         (shutdown.is_null() || shutdown == false) && json_member(line, "result").is_string();
}

ResultKind failure_kind(const json& line, int status, const ClaudeHistory& history) {
  const std::string subtype = json_text(line, "subtype");
  const std::string reason = json_text(line, "terminal_reason");
  const std::string stop = json_text(line, "stop_reason");
  if (subtype == "error_max_turns" || reason == "max_turns") return ResultKind::turn_limit;
  if (subtype == "error_max_budget_usd" || reason == "budget_exhausted") return ResultKind::budget;
  if (reason == "prompt_too_long" || stop == "model_context_window_exceeded") {
    return ResultKind::context_overflow;
  }
  if (stop == "refusal") return ResultKind::refused;
  std::optional<ResultKind> kind = kind_of_status(status);
  // Without a status the request never got an answer; an older line's words do not explain another ending.
  if (!kind && (reason == "api_error" || reason == "model_error" || reason.empty())) {
    kind = kind_of_error(history.last_error);
  }
  if (kind == ResultKind::rate_limited && history.limit_status == "rejected") return ResultKind::quota;
  if (kind) return *kind;
  const json& denials = json_member(line, "permission_denials");
  if (reason == "tool_deferred" && denials.is_array() && !denials.empty()) {
    return ResultKind::permission_blocked;
  }
  return ResultKind::error;
}

/// The final answer; for a failure the harness's words, or at least the names it gave.
std::string words_of(const json& line, bool success) {
  const std::string result = json_text(line, "result");
  if (success || !result.empty()) return result;
  std::string words;
  const json& errors = json_member(line, "errors");
  for (const json& error : errors.is_array() ? errors : json::array()) {
    if (!error.is_string()) continue;
    if (!words.empty()) words += "; ";
    words += error.get<std::string>();
  }
  for (const char* key : {"subtype", "terminal_reason"}) {
    if (words.empty() && json_text(line, key) != "success") words = json_text(line, key);
  }
  return words;
}

std::optional<std::uint64_t> sum(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
  if (!a || !b) return a ? a : b;
  return *b > std::numeric_limits<std::uint64_t>::max() - *a ? std::nullopt : std::optional(*a + *b);
}

Usage usage_of(const json& line) {
  const json& tokens = json_member(line, "usage");
  Usage usage;
  usage.input_tokens = json_count(tokens, "input_tokens");
  usage.cached_tokens = claude_cached_tokens(tokens);
  usage.output_tokens = json_count(tokens, "output_tokens");
  usage.cost_usd = json_amount(line, "total_cost_usd");
  const auto turns = json_count(line, "num_turns");
  if (turns && *turns <= std::numeric_limits<unsigned>::max()) usage.turns = static_cast<unsigned>(*turns);
  return usage;
}

}  // namespace

std::optional<std::uint64_t> claude_cached_tokens(const json& usage) {
  return sum(json_count(usage, "cache_read_input_tokens"), json_count(usage, "cache_creation_input_tokens"));
}

ResultEvent claude_result(const json& line, bool repeated_key, const ClaudeHistory& history) {
  ResultEvent event;
  const bool success = says_success(line) && !repeated_key;
  const auto status = json_count(line, "api_error_status");
  if (status && *status <= 999) event.http_status = static_cast<int>(*status);
  event.kind = success ? ResultKind::success : failure_kind(line, event.http_status, history);
  event.text = words_of(line, success);
  event.session_id = json_text(line, "session_id");
  event.usage = usage_of(line);
  event.cost_is_cumulative = true;
  const bool is_limit = event.kind == ResultKind::quota || event.kind == ResultKind::rate_limited;
  // Seconds since 1970; a figure of another kind would be thousands of years away.
  constexpr std::uint64_t k_latest = 253'402'300'799;
  if (is_limit && history.limit_status == "rejected" && history.limit_resets_at.value_or(k_latest) < k_latest)
    event.resets_at = std::chrono::system_clock::time_point(std::chrono::seconds(*history.limit_resets_at));
  const json& denials = json_member(line, "permission_denials");
  for (const json& denial : denials.is_array() ? denials : json::array()) {
    const std::string tool = json_text(denial, "tool_name");
    const std::string call = tool_summary(json_member(denial, "tool_input"));
    event.permission_denials.push_back((tool.empty() ? "unknown" : tool) + (call.empty() ? "" : " " + call));
  }
  return event;
}

}  // namespace milepost
