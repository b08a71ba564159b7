#pragma once

#include "milepost/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace milepost {

/// What a harness used; each part is unknown unless the harness reported it. Unknown is not zero.
struct Usage {
  std::optional<std::uint64_t> input_tokens;   ///< without cached ones
  std::optional<std::uint64_t> cached_tokens;  ///< read from and written to the cache
  std::optional<std::uint64_t> output_tokens;
  std::optional<double> cost_usd;
  std::optional<unsigned> turns;
  bool cost_estimated = false;  ///< at least a part of the cost is tokens times list price, not reported
};

/// The neutral events of a coding agent's output, whichever harness produced it.
struct SessionStarted {
  std::string session_id, model, harness_version;
};
struct AgentText {
  std::string text;
};
struct AgentThinking {
  std::string text;
};
struct ToolCall {
  std::string id, name;
  std::string summary;     ///< one line for people: "src/a.cpp", "make test"
  std::string input = {};  ///< what it is called with, where that is more than the summary; bounded
};
struct ToolResult {
  std::string id;
  bool is_error = false;
  std::string text;
};
struct ApiRetry {
  unsigned attempt = 0, max_attempts = 0;
  Milliseconds delay{0};
  int http_status = 0;
  std::string kind;
};
struct Notice {
  std::string kind, text;
};  ///< something said by the harness itself
/// What this run of the harness has used up to now, as far as its stream tells before its end.
struct UsageSoFar {
  Usage usage;
};
struct UnknownEvent {
  std::string type;
};  ///< valid, of a type we do not know: kept, never an error
struct BadLine {
  std::string text;
};  ///< not an event at all; bounded

/// Why a harness says it ended. Everything but `success` is a failure class.
enum class ResultKind {
  success,
  auth,
  quota,
  rate_limited,
  overloaded,
  context_overflow,
  turn_limit,
  budget,
  permission_blocked,
  refused,
  error
};

/// The harness's terminal event.
struct ResultEvent {
  ResultKind kind = ResultKind::error;
  std::string text;  ///< the final answer, or the error's words
  std::string session_id;
  int http_status = 0;
  Usage usage;  ///< of this run of the harness, cumulative figures already subtracted by the caller's last
                ///< totals
  // What counts the whole session, also what was before it was resumed.
  bool cost_is_cumulative = false;
  bool tokens_are_cumulative = false;
  std::vector<std::string> permission_denials;  ///< of tool calls: "Bash sudo id"
  /// When a limit ends, where the service stated it.
  std::optional<std::chrono::system_clock::time_point> resets_at = {};
};

using AgentEvent = std::variant<SessionStarted, AgentText, AgentThinking, ToolCall, ToolResult, ApiRetry,
                                Notice, UsageSoFar, UnknownEvent, BadLine, ResultEvent>;

std::string_view to_string(ResultKind kind);

/// "→ Edit src/a.cpp": the event as one live line for a terminal; empty when it is not worth one. Already
/// printable.
std::string live_line(const AgentEvent& event);

}  // namespace milepost
