#include "milepost/harness/event.hpp"

#include "milepost/base/text.hpp"

#include <fmt/format.h>

namespace milepost {

namespace {

constexpr std::size_t k_columns = 160;

struct LiveLine {
  std::string operator()(const AgentText& event) const {
    // The result block is for milepost, which shows what it says at the end.
    const std::string_view words = std::string_view(event.text).substr(0, event.text.find("```milepost"));
    const std::string text = one_line(words, k_columns);
    return text.empty() ? text : "· " + text;
  }
  std::string operator()(const ToolCall& event) const {
    return "→ " + one_line(event.name + " " + event.summary, k_columns);
  }
  std::string operator()(const ToolResult& event) const {
    return event.is_error ? "✗ " + one_line(event.text, k_columns) : std::string();
  }
  std::string operator()(const ApiRetry& event) const {
    std::string why = event.http_status > 0 ? fmt::format("HTTP {} ", event.http_status) : std::string();
    why += event.kind;
    return "… " + one_line(fmt::format("the model's service failed ({}); try {} of {} in {}", trim(why),
                                       event.attempt, event.max_attempts, human_duration(event.delay)),
                           k_columns);
  }
  std::string operator()(const Notice& event) const {
    const std::string text = one_line(event.text, k_columns);
    if (text.empty()) return text;
    return (event.kind == "output" ? "  " : "! ") + text;
  }
  // The end is shown by whoever judges it; the rest says nothing to a person.
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

}  // namespace

std::string_view to_string(ResultKind kind) {
  switch (kind) {
    case ResultKind::success:
      return "success";
    case ResultKind::auth:
      return "auth";
    case ResultKind::quota:
      return "quota";
    case ResultKind::rate_limited:
      return "rate_limited";
    case ResultKind::overloaded:
      return "overloaded";
    case ResultKind::context_overflow:
      return "context_overflow";
    case ResultKind::turn_limit:
      return "turn_limit";
    case ResultKind::budget:
      return "budget";
    case ResultKind::permission_blocked:
      return "permission_blocked";
    case ResultKind::refused:
      return "refused";
    case ResultKind::error:
      return "error";
  }
  return "error";
}

std::string live_line(const AgentEvent& event) {
  return std::visit(LiveLine(), event);
}

}  // namespace milepost
