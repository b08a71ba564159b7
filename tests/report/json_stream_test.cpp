#include "milepost/base/text.hpp"
#include "milepost/report/report_json.hpp"

#include "report/memory_stream.hpp"
#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace milepost;
using Json = nlohmann::json;
using test::MemoryStream;

namespace {

std::vector<Json> parsed_lines(const MemoryStream& stream) {
  const std::string text = stream.text();
  std::vector<Json> lines;
  for (const std::string_view line : lines_of(text)) lines.push_back(Json::parse(line));
  return lines;
}

}  // namespace

TEST_CASE("the stream has the journal's records and ends with the report") {
  const MemoryStream stream;
  JsonStream json(stream.get());
  const auto records = test::sample_run();
  const RunState state = test::play(records, &json);
  const auto lines = parsed_lines(stream);
  REQUIRE(lines.size() == records.size() + 1);
  for (std::size_t i = 0; i < records.size(); ++i) CHECK(lines[i]["event"] == event_name(records[i]));
  CHECK(lines.back()["event"] == "result");
  CHECK(lines.back()["exit_code"] == 4);
  CHECK(lines.back()["status"] == "needs_human");
  CHECK(lines.back()["report"] == Json::parse(report_json(state)));
}

TEST_CASE("every kind of agent event is one line that names its task and kind") {
  const MemoryStream stream;
  JsonStream json(stream.get());
  ResultEvent result;
  result.kind = ResultKind::quota;
  const std::vector<AgentEvent> events = {SessionStarted{"s", "m", "1"},
                                          AgentText{"two\nlines"},
                                          AgentThinking{"hm"},
                                          ToolCall{"1", "Edit", "a.c"},
                                          ToolResult{"1", true, "no\xff"},
                                          ApiRetry{1, 3, Milliseconds(250), 0, "overloaded"},
                                          Notice{"hook", "said"},
                                          UnknownEvent{"odd"},
                                          BadLine{"{"},
                                          result};
  for (const AgentEvent& event : events) json.on_agent_event(TaskId("4.1"), event);
  json.on_progress("installing");
  const auto lines = parsed_lines(stream);
  REQUIRE(lines.size() == events.size() + 1);
  const char* kinds[] = {"session_started", "text",   "thinking", "tool_call", "tool_result",
                         "api_retry",       "notice", "unknown",  "bad_line",  "result"};
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(lines[i]["event"] == "agent");
    CHECK(lines[i]["task"] == "4.1");
    CHECK(lines[i]["kind"] == kinds[i]);
    CHECK(lines[i].contains("time"));
  }
  CHECK(lines[1]["text"] == "two\nlines");
  CHECK(lines[5]["delay_ms"] == 250);
  CHECK(lines[5]["http_status"].is_null());
  CHECK(lines[9]["result"] == "quota");
  CHECK(lines.back()["event"] == "progress");
}

TEST_CASE("the document of the formats names every event and every kind") {
  const std::string document = test::slurp(STATE_FORMAT_DOCUMENT);
  for (const RunRecord& record : std::vector<RunRecord>{
           RunStarted{}, RunResumed{}, ContainerStarting{}, ContainerStopped{}, TaskStarted{},
           AttemptStarted{}, SessionKnown{}, AttemptEnded{}, Verified{}, Committed{}, TaskFinished{},
           QuestionAnswered{}, Warned{}, RunEnded{}, EgressStarting{}, EgressStopped{}, AttemptStopped{}}) {
    CAPTURE(event_name(record));
    CHECK(document.find("`" + std::string(event_name(record)) + "`") != std::string::npos);
  }
  for (const char* kind : {"session_started", "text", "thinking", "tool_call", "tool_result", "api_retry",
                           "usage", "notice", "unknown", "bad_line", "result"}) {
    CAPTURE(kind);
    CHECK(document.find("`" + std::string(kind) + "`") != std::string::npos);
  }
}
