#include "harness/pi_answer.hpp"

#include "harness/json_line.hpp"

#include <algorithm>

namespace milepost {

namespace {

using nlohmann::json;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Usage usage_of(const json& reported) {
  Usage usage;
  usage.input_tokens = json_count(reported, "input");
  usage.output_tokens = json_count(reported, "output");
  const auto read = json_count(reported, "cacheRead");
  const auto written = json_count(reported, "cacheWrite");
  constexpr std::uint64_t k_most = 1ull << 53;
  if (read || written)
    usage.cached_tokens = std::min(read.value_or(0), k_most) + std::min(written.value_or(0), k_most);
  usage.cost_usd = json_amount(json_member(reported, "cost"), "total");
  // pi reckons with a price of zero where it knows none.
  const bool used = usage.input_tokens.value_or(0) + usage.output_tokens.value_or(0) > 0;
  if (used && usage.cost_usd == 0.0) usage.cost_usd.reset();
  return usage;
}

}  // namespace

PiAnswer pi_answer(const json& message) {
  PiAnswer answer;
  answer.stop_reason = json_text(message, "stopReason");
  answer.error = json_text(message, "errorMessage");
  answer.usage = usage_of(json_member(message, "usage"));
  const json& content = json_member(message, "content");
  for (const json& block : content.is_array() ? content : json::array()) {
    if (json_text(block, "type") != "text") continue;
    if (!answer.text.empty()) answer.text += '\n';
    answer.text += json_text(block, "text");
  }
  return answer;
}

int pi_error_status(const std::string& error) {
  if (error.size() > 3 && error[3] == ' ' && std::all_of(error.begin(), error.begin() + 3, is_digit)) {
    const int status = std::stoi(error.substr(0, 3));
    return status >= 400 && status <= 599 ? status : 0;
  }
  const auto body = parse_json_line(error);
  if (!body) return 0;
  const auto code = json_count(json_member(body->object, "error"), "code");
  return code && *code >= 400 && *code <= 599 ? static_cast<int>(*code) : 0;
}

}  // namespace milepost
