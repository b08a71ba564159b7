#include "harness/codex_events.hpp"

#include "harness/codex_failure.hpp"
#include "harness/collect.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;
using namespace milepost::test;

namespace {

constexpr std::string_view k_begin =
    R"({"type":"thread.started","thread_id":"t1"}
{"type":"turn.started"}
)";
constexpr std::string_view k_end =
    R"({"type":"turn.completed","usage":{"input_tokens":3000,"cached_input_tokens":600,"output_tokens":120}}
)";

std::vector<AgentEvent> events_of(const std::string& middle, std::string_view end = k_end) {
  return collect(*codex_event_parser(), std::string(k_begin) + middle + std::string(end));
}

std::string kind_of(std::string_view message) {
  return std::string(to_string(codex_failure(message).kind));
}

}  // namespace

TEST_CASE("a turn of Codex is read from its thread to its figures") {
  const auto events = events_of(
      R"({"type":"item.completed","item":{"id":"i0","type":"reasoning","text":"hm"}}
{"type":"item.completed","item":{"id":"i1","type":"agent_message","text":"I run it."}}
{"type":"item.started","item":{"id":"i2","type":"command_execution","command":"make test\n -j2","aggregated_output":"","exit_code":null,"status":"in_progress"}}
{"type":"item.completed","item":{"id":"i2","type":"command_execution","command":"make test\n -j2","aggregated_output":"broken\n","exit_code":3,"status":"failed"}}
{"type":"item.completed","item":{"id":"i3","type":"agent_message","text":"It is broken."}}
)");
  REQUIRE(events.size() == 7);
  CHECK(std::get<SessionStarted>(events[0]).session_id == "t1");
  CHECK(std::get<AgentThinking>(events[1]).text == "hm");
  CHECK(std::get<AgentText>(events[2]).text == "I run it.");
  CHECK(std::get<ToolCall>(events[3]).summary == "make test -j2");
  CHECK(std::get<ToolResult>(events[4]).id == "i2");
  CHECK(std::get<ToolResult>(events[4]).is_error);
  CHECK(std::get<ToolResult>(events[4]).text == "broken\n");
  const auto& result = std::get<ResultEvent>(events[6]);
  CHECK(result.kind == ResultKind::success);
  CHECK(result.text == "It is broken.");
  CHECK(result.session_id == "t1");
}

TEST_CASE("Codex counts cached tokens as input, a session's tokens together, and no cost") {
  const auto result = only<ResultEvent>(events_of("")).at(0);
  CHECK(result.usage.input_tokens == 2400u);
  CHECK(result.usage.cached_tokens == 600u);
  CHECK(result.usage.output_tokens == 120u);
  CHECK_FALSE(result.usage.cost_usd);
  CHECK_FALSE(result.usage.turns);
  CHECK(result.tokens_are_cumulative);
}

TEST_CASE("a tool that Codex tells of only when it is done is a call with its result") {
  const auto events = events_of(
      R"({"type":"item.completed","item":{"id":"i0","type":"file_change","changes":[{"path":"/workspace/a.txt","kind":"add"},{"path":"b.txt","kind":"update"}],"status":"completed"}}
{"type":"item.completed","item":{"id":"i1","type":"mcp_tool_call","server":"docs","tool":"find","status":"failed","error":{"message":"not there"}}}
)");
  const auto calls = only<ToolCall>(events);
  const auto results = only<ToolResult>(events);
  REQUIRE(calls.size() == 2);
  REQUIRE(results.size() == 2);
  CHECK(calls[0].summary == "a.txt, b.txt");
  CHECK_FALSE(results[0].is_error);
  CHECK(calls[1].summary == "docs find");
  CHECK(results[1].is_error);
  CHECK(results[1].text == "not there");
}

TEST_CASE("a turn of Codex is no success without its thread, its figures, or with a key twice") {
  CHECK(has_success(events_of("")));
  CHECK_FALSE(has_success(events_of("", "{\"type\":\"turn.completed\"}\n")));
  CHECK_FALSE(has_success(events_of("", "{\"type\":\"turn.completed\",\"usage\":null}\n")));
  CHECK_FALSE(
      has_success(events_of("", "{\"type\":\"turn.failed\",\"type\":\"turn.completed\",\"usage\":{}}\n")));
  CHECK_FALSE(has_success(collect(*codex_event_parser(), k_end)));
  CHECK_FALSE(has_success(events_of("{\"type\":\"turn.failed\",\"error\":{\"message\":\"x\"}}\n")));
}

TEST_CASE("a failure of Codex is told by the status at its place, and by no other words") {
  CHECK(kind_of("unexpected status 401 Unauthorized: words, url: http://x/") == "auth");
  CHECK(kind_of("unexpected status 403 Forbidden: words") == "auth");
  CHECK(kind_of("unexpected status 402 Payment Required: words") == "quota");
  CHECK(kind_of("exceeded retry limit, last status: 429 Too Many Requests") == "rate_limited");
  CHECK(kind_of("exceeded retry limit, last status: 529 <unknown status code>, request id: r1") ==
        "overloaded");
  CHECK(kind_of("unexpected status 404 Not Found: unexpected status 401 Unauthorized") == "error");
  CHECK(kind_of("the server said: unexpected status 401 Unauthorized") == "error");
  CHECK(kind_of("unexpected status 4011 x") == "error");
  CHECK(kind_of("unexpected status ") == "error");
  CHECK(kind_of("you have hit your usage limit, 429, unauthorized, context window") == "error");
  CHECK(kind_of("") == "error");
  CHECK(codex_failure("unexpected status 404 Not Found: x").http_status == 404);
}

TEST_CASE("a failure of Codex that is the service's error object is told by its code") {
  CHECK(kind_of(
            R"({"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}})") ==
        "context_overflow");
  CHECK(kind_of(R"({"error":{"message":"m","type":"insufficient_quota","code":null}})") == "quota");
  CHECK(kind_of(R"({"error":{"message":"insufficient_quota","type":"invalid_request_error"}})") == "error");
  CHECK(kind_of(R"({"error":"insufficient_quota"})") == "error");
}
