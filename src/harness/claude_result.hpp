#pragma once

#include "milepost/harness/event.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace milepost {

/// What came before the result and helps to tell failures apart.
struct ClaudeHistory {
  std::string last_error;    ///< field `error` of the newest assistant line that has one
  std::string limit_status;  ///< rate_limit_event: "allowed", "allowed_warning", "rejected"
  std::optional<std::uint64_t> limit_resets_at;  ///< rate_limit_event: seconds since 1970
};

/// Claude stream-json, type `result`, judged by its structured fields alone. A success has to be said by
/// every one of them: `subtype` stays "success" on API errors, and a result with a repeated key is never one.
ResultEvent claude_result(const nlohmann::json& line, bool repeated_key, const ClaudeHistory& history);

/// Claude stream-json, an object `usage`: what was read from the cache and written to it, which
/// `input_tokens` there does not count.
std::optional<std::uint64_t> claude_cached_tokens(const nlohmann::json& usage);

}  // namespace milepost
