#include "milepost/telemetry/run_spans.hpp"

#include "report/sample_run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace milepost;

namespace {

/// A run as it is played, and the spans that came of it.
struct Played {
  RunState state;
  RunSpans spans;
  std::vector<TraceSpan> all;
  int second = 10;

  void event(const RunRecord& record) {
    const RunEvent event{"2026-01-02T03:04:" + std::to_string(second++) + ".000Z", record};
    apply(state, event);
    for (TraceSpan& span : spans.on_run_event(event, state)) all.push_back(std::move(span));
  }
  void agent(const AgentEvent& event) {
    for (TraceSpan& span : spans.on_agent_event(TaskId("4.1"), event, 1'767'323'000'000 + second))
      all.push_back(std::move(span));
  }
  const TraceSpan& named(const std::string& name, std::size_t nth = 0) const {
    for (const TraceSpan& span : all) {
      if (span.name == name && nth-- == 0) return span;
    }
    FAIL("there is no span " << name);
    return all.front();
  }
};

std::string text_of(const TraceSpan& span, const std::string& name) {
  for (const Attribute& attribute : span.attributes) {
    if (attribute.name != name) continue;
    if (const auto* text = std::get_if<std::string>(&attribute.value)) return *text;
    if (const auto* whole = std::get_if<std::int64_t>(&attribute.value)) return std::to_string(*whole);
    return "?";
  }
  return "";
}

}  // namespace

TEST_CASE("a run is a trace of its session, tasks, attempts and verifications") {
  Played played;
  for (const RunRecord& record : test::sample_run()) played.event(record);
  const TraceSpan& session = played.named("invoke_workflow M4");
  CHECK(session.parent == "");
  CHECK(session.trace_id == trace_id_of(std::get<RunStarted>(test::sample_run().front())));
  CHECK(session.trace_id.size() == 32);
  CHECK(text_of(session, "gen_ai.provider.name") == "anthropic");
  CHECK(text_of(session, "milepost.exit.name") == "needs_human");
  CHECK(session.error == "task 4.2 asks");
  const TraceSpan& task = played.named("task 4.1");
  CHECK(task.parent == session.id);
  CHECK_FALSE(task.error);
  const TraceSpan& attempt = played.named("invoke_agent claude", 1);
  CHECK(attempt.parent == task.id);
  CHECK(attempt.kind == SpanKind::client);
  CHECK(text_of(attempt, "gen_ai.operation.name") == "invoke_agent");
  CHECK(text_of(attempt, "gen_ai.conversation.id") == "s1");
  CHECK(text_of(attempt, "milepost.attempt.reason") == "retry");
  const TraceSpan& failed = played.named("verify");
  CHECK(failed.parent == task.id);
  CHECK(failed.error.has_value());
  CHECK(failed.start == played.named("invoke_agent claude").end);
  REQUIRE(failed.events.size() == 1);
  CHECK_FALSE(played.named("verify", 1).error);
  CHECK_FALSE(played.named("task 4.2").error);  // a question is no error
  std::set<std::string> ids;
  for (const TraceSpan& span : played.all) {
    CHECK(ids.insert(span.id).second);
    CHECK(span.id.size() == 16);
    CHECK(span.trace_id == session.trace_id);
    CHECK(span.end >= span.start);
  }
  CHECK(played.all.size() == 8);  // nothing of the skipped task
}

TEST_CASE("the agent's tool calls are spans of its attempt, without what it wrote") {
  Played played;
  const std::vector<RunRecord> records = test::sample_run();
  for (std::size_t i = 0; i < 4; ++i) played.event(records[i]);
  played.agent(SessionStarted{"s1", "claude-opus-4", "2"});
  played.agent(SessionStarted{"s1", "claude-opus-5", "2"});
  played.agent(ToolCall{"t1", "Bash", "cat /etc/passwd"});
  played.agent(ToolCall{"t2", "Edit", "src/a.cpp"});
  played.agent(ToolResult{"t1", true, "secret words"});
  played.agent(ToolResult{"never called", false, ""});
  played.event(records[4]);  // the attempt ends with t2 open
  const TraceSpan& attempt = played.named("invoke_agent claude");
  CHECK(text_of(attempt, "gen_ai.response.model") == "claude-opus-5");
  CHECK(std::count_if(attempt.attributes.begin(), attempt.attributes.end(), [](const Attribute& attribute) {
          return attribute.name == "gen_ai.response.model";
        }) == 1);
  const TraceSpan& tool = played.named("execute_tool Bash");
  CHECK(tool.parent == attempt.id);
  CHECK(text_of(tool, "gen_ai.tool.call.id") == "t1");
  CHECK(tool.error == "");
  CHECK_FALSE(played.named("execute_tool Edit").error);
  for (const TraceSpan& span : played.all) {
    for (const Attribute& attribute : span.attributes) {
      const auto* text = std::get_if<std::string>(&attribute.value);
      CHECK(
          (!text || (text->find("passwd") == std::string::npos && text->find("words") == std::string::npos)));
    }
  }
}

TEST_CASE("a stopped run closes what is open, and its resume goes on with the same trace") {
  Played played;
  const std::vector<RunRecord> records = test::sample_run();
  for (std::size_t i = 0; i < 4; ++i) played.event(records[i]);
  played.event(RunEnded{ExitCode::interrupt, "stopped by a signal"});
  const TraceSpan first = played.named("invoke_workflow M4");
  CHECK(played.named("task 4.1").error == std::nullopt);
  CHECK(played.named("invoke_agent claude").end == first.end);
  played.all.clear();
  RunResumed resumed;
  resumed.tasks = std::get<RunStarted>(records[0]).tasks;
  // Another process: nothing but the journal is left.
  played.spans = {};
  played.event(resumed);
  played.event(AttemptStarted{TaskId("4.1"), 2, AttemptReason::resume, "s1", "snap", ""});
  played.event(RunEnded{ExitCode::failed, ""});
  const TraceSpan& second = played.named("invoke_workflow M4");
  CHECK(second.trace_id == first.trace_id);
  CHECK(second.parent == first.id);
  CHECK(second.id != first.id);
  CHECK(played.named("task 4.1").parent == second.id);
}

TEST_CASE("an attempt in which nobody works is no invocation of an agent") {
  Played played;
  const std::vector<RunRecord> records = test::sample_run();
  for (std::size_t i = 0; i < 3; ++i) played.event(records[i]);
  played.event(AttemptStarted{TaskId("4.1"), 1, AttemptReason::check, "", "snap", ""});
  AttemptEnded ended;
  ended.task = TaskId("4.1");
  ended.outcome = Outcome::completed;
  played.event(ended);
  const TraceSpan& span = played.named("check");
  CHECK(span.kind == SpanKind::internal);
  CHECK(text_of(span, "gen_ai.operation.name") == "");
}

TEST_CASE("a run that was started within a trace is part of it, also after a resume") {
  Played played;
  std::vector<RunRecord> records = test::sample_run();
  const std::string own = trace_id_of(std::get<RunStarted>(records[0]));
  std::get<RunStarted>(records[0]).trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  for (std::size_t i = 0; i < 4; ++i) played.event(records[i]);
  played.event(RunEnded{ExitCode::interrupt, "stopped by a signal"});
  const TraceSpan first = played.named("invoke_workflow M4");
  CHECK(first.trace_id == "0af7651916cd43dd8448eb211c80319c");
  CHECK(first.trace_id != own);
  CHECK(first.parent == "b7ad6b7169203331");
  CHECK(played.named("task 4.1").trace_id == first.trace_id);
  played.all.clear();
  played.event(RunResumed{});
  played.event(RunEnded{ExitCode::failed, ""});
  CHECK(played.named("invoke_workflow M4").trace_id == first.trace_id);
  CHECK(played.named("invoke_workflow M4").parent == first.id);
}
