#include "harness/script_events.hpp"

#include "milepost/base/text.hpp"

#include "harness/json_line.hpp"
#include "harness/line_reader.hpp"
#include "harness/tool_summary.hpp"

#include <algorithm>
#include <limits>

namespace milepost {

namespace {

using nlohmann::json;
using OnEvent = std::function<void(AgentEvent)>;

std::string index_of(const json& object) {
  const auto index = json_count(object, "index");
  return index ? std::to_string(*index) : std::string();
}

/// A comment in front of a block says what it is for, not what runs.
std::string summary_of(const std::string& command) {
  for (const std::string_view line : lines_of(command)) {
    if (!trim(line).empty() && !trim(line).starts_with('#')) return one_line(line, 200);
  }
  return one_line(command, 200);
}

AgentEvent result_of(const JsonLine& line) {
  const json& object = line.object;
  ResultEvent event;
  const bool success = json_member(object, "ok") == true && !line.repeated_key;
  event.kind = success ? ResultKind::success : ResultKind::error;
  event.text = json_text(object, "text");
  event.session_id = json_text(object, "session_id");
  const auto blocks = json_count(object, "blocks");
  if (blocks && *blocks <= std::numeric_limits<unsigned>::max()) {
    event.usage.turns = static_cast<unsigned>(*blocks);
  }
  return event;
}

AgentEvent event_of(const JsonLine& line) {
  const json& object = line.object;
  const std::string type = json_text(object, "type");
  if (type == "start")
    return SessionStarted{json_text(object, "session_id"), "", json_text(object, "version")};
  if (type == "block") {
    const std::string command = json_text(object, "command"), summary = summary_of(command);
    return ToolCall{index_of(object), "Shell", summary, input_beside(command, summary)};
  }
  if (type == "output") return Notice{"output", json_text(object, "text")};
  if (type == "block_end") {
    const json& code = json_member(object, "exit_code");
    const std::string shown = code.is_number_integer() ? code.dump() : "unknown";
    return ToolResult{index_of(object), shown != "0", "exit " + shown};
  }
  if (type == "result") return result_of(line);
  return UnknownEvent{type};
}

/// Whether JSON text between quotes stands for itself: ASCII without escapes.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

/// An output event in the very form that the script harness writes, without a JSON parser: nearly every line
/// of a task that prints much is one. Nothing for any other line.
std::optional<AgentEvent> plain_output(std::string_view line) {
  constexpr std::string_view k_start = "{\"type\":\"output\",\"index\":", k_text = ",\"text\":\"",
                             k_end = "\"}";
  constexpr std::size_t k_longest_index = 9;
  if (!line.starts_with(k_start) || !line.ends_with(k_end)) return std::nullopt;
  line.remove_prefix(k_start.size());
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  if (digits == 0 || digits > k_longest_index || (digits > 1 && line[0] == '0')) return std::nullopt;
  line.remove_prefix(digits);
  if (!line.starts_with(k_text) || line.size() < k_text.size() + k_end.size()) return std::nullopt;
  const std::string_view text = line.substr(k_text.size(), line.size() - k_text.size() - k_end.size());
  if (!is_plain(text)) return std::nullopt;
  return Notice{"output", std::string(text)};
}

class ScriptParser : public EventParser {
 public:
  void feed(std::string_view bytes, const OnEvent& on_event) override {
    const auto bad = [&](std::string_view start) { on_event(BadLine{valid_utf8(start)}); };
    reader_.feed(
        bytes,
        [&](std::string_view text) {
          if (auto output = plain_output(text)) return on_event(std::move(*output));
          const auto line = parse_json_line(text);
          if (!line) return bad(utf8_prefix(text, k_bad_line_bytes));
          on_event(event_of(*line));
        },
        bad);
  }

  void finish(const OnEvent& on_event) override {
    reader_.finish([&](std::string_view start) { on_event(BadLine{valid_utf8(start)}); });
  }

 private:
  LineReader reader_;
};

}  // namespace

std::unique_ptr<EventParser> script_event_parser() {
  return std::make_unique<ScriptParser>();
}

}  // namespace milepost
