#include "harness/codex_failure.hpp"

#include "harness/http_failure.hpp"
#include "harness/json_line.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace milepost {

namespace {

/// The three digits after a beginning that only Codex itself writes; 0 when the text begins otherwise.
int status_in(std::string_view message) {
  constexpr std::array<std::string_view, 2> k_beginnings = {"unexpected status ",
                                                            "exceeded retry limit, last status: "};
  for (const std::string_view beginning : k_beginnings) {
    if (!message.starts_with(beginning)) continue;
    const std::string_view rest = message.substr(beginning.size());
    const std::string_view digits = rest.substr(0, rest.find_first_of(" :,"));
    if (digits.size() != 3 || digits.find_first_not_of("0123456789") != std::string_view::npos) return 0;
    return (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  }
  return 0;
}

/// OpenAI API, `error.code` and `error.type`.
ResultKind kind_of_code(const std::string& code) {
  if (code == "invalid_api_key" || code == "authentication_error") return ResultKind::auth;
  if (code == "insufficient_quota" || code == "billing_hard_limit_reached") return ResultKind::quota;
  if (code == "rate_limit_exceeded") return ResultKind::rate_limited;
  if (code == "server_error" || code == "server_is_overloaded") return ResultKind::overloaded;
  if (code == "context_length_exceeded") return ResultKind::context_overflow;
  return ResultKind::error;
}

}  // namespace

CodexFailure codex_failure(std::string_view message) {
  CodexFailure failure;
  failure.http_status = status_in(message);
  if (const auto kind = kind_of_status(failure.http_status)) failure.kind = *kind;
  if (failure.kind != ResultKind::error) return failure;
  const auto body = parse_json_line(message);
  if (!body) return failure;
  const auto& error = json_member(body->object, "error");
  for (const char* key : {"code", "type"}) {
    if (failure.kind == ResultKind::error) failure.kind = kind_of_code(json_text(error, key));
  }
  return failure;
}

}  // namespace milepost
