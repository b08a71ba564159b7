#include "harness/plain_events.hpp"

#include "milepost/base/text.hpp"

#include "harness/json_line_parser.hpp"

namespace milepost {

namespace {

constexpr std::size_t k_answer_bytes = 1 << 20;
// A longer line is given in pieces.
constexpr std::size_t k_longest_text_bytes = 64 << 10;

class PlainParser : public EventParser {
 public:
  void feed(std::string_view bytes, const OnEvent& on_event) override {
    answer_ += bytes.substr(bytes.size() > k_answer_bytes ? bytes.size() - k_answer_bytes : 0);
    if (answer_.size() > 2 * k_answer_bytes) answer_.erase(0, answer_.size() - k_answer_bytes);
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      line_ += bytes.substr(0, end);
      bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
      if (end != std::string_view::npos || line_.size() > k_longest_text_bytes) flush(on_event);
    }
  }

  // Here an unfinished last line is as good as any other.
  void finish(const OnEvent& on_event) override { flush(on_event); }

  std::optional<ResultEvent> result_at_end(std::optional<ResultEvent>, const ProcessEnd& end) const override {
    if (!end.started || !end.exited || end.reason != EndReason::by_itself) return std::nullopt;
    ResultEvent result;
    result.kind = end.success() ? ResultKind::success : ResultKind::error;
    result.text = valid_utf8(answer_);
    if (!end.success()) result.text = "it exited with " + std::to_string(end.code);
    return result;
  }

 private:
  void flush(const OnEvent& on_event) {
    std::string line;
    line.swap(line_);
    if (!trim(line).empty()) on_event(AgentText{valid_utf8(line)});
  }

  std::string line_;
  std::string answer_;
};

}  // namespace

std::unique_ptr<EventParser> plain_event_parser() {
  return std::make_unique<PlainParser>();
}

}  // namespace milepost
