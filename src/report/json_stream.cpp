#include "milepost/base/json.hpp"
#include "milepost/base/time.hpp"
#include "milepost/report/report_json.hpp"

#include "agent_event_json.hpp"
#include "report_object.hpp"

namespace milepost {

namespace {

std::string dump(const Json& object) {
  return to_json_text(object, JsonForm::line);
}

}  // namespace

void JsonStream::on_run_event(const RunEvent& event, const RunState& state) {
  write(to_json_line(event));
  const auto* ended = std::get_if<RunEnded>(&event.record);
  if (!ended) return;
  write(dump({{"time", event.time},
              {"event", "result"},
              {"status", status_of(state)},
              {"exit_code", static_cast<int>(ended->exit_code)},
              {"report", report_object(state)}}));
}

void JsonStream::on_agent_event(const TaskId& task, const AgentEvent& event) {
  write(agent_event_line(task, event));
}

void JsonStream::on_progress(std::string_view line) {
  write(dump({{"time", utc_now()}, {"event", "progress"}, {"text", line}}));
}

void JsonStream::write(std::string text) {
  text = without_commands(std::move(text)) + "\n";
  // These are results: what is lost stays an error of the stream, which the end of the program looks at.
  std::fwrite(text.data(), 1, text.size(), stream_);
  std::fflush(stream_);
}

}  // namespace milepost
