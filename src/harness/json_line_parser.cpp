#include "harness/json_line_parser.hpp"

#include "milepost/base/text.hpp"

namespace milepost {

void JsonLineParser::feed(std::string_view bytes, const OnEvent& on_event) {
  reader_.feed(
      bytes,
      [&](std::string_view text) {
        if (take_text(text, on_event)) return;
        if (const auto line = parse_json_line(text)) return take(*line, on_event);
        take_bad(utf8_prefix(text, k_bad_line_bytes), on_event);
      },
      [&](std::string_view start) { take_bad(start, on_event); });
}

void JsonLineParser::finish(const OnEvent& on_event) {
  at_end(on_event);
  reader_.finish([&](std::string_view start) { on_event(BadLine{valid_utf8(start)}); });
}

bool JsonLineParser::take_text(std::string_view, const OnEvent&) {
  return false;
}

void JsonLineParser::take_bad(std::string_view start, const OnEvent& on_event) {
  on_event(BadLine{valid_utf8(start)});
}

void JsonLineParser::at_end(const OnEvent&) {}

}  // namespace milepost
