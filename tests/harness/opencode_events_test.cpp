#include "harness/opencode_events.hpp"

#include "harness/collect.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>

using namespace milepost;
using namespace milepost::test;
using nlohmann::json;

namespace {

std::string line(const char* type, const json& part) {
  return json{{"type", type}, {"sessionID", "ses_1"}, {"part", part}}.dump() + "\n";
}

std::string finish(const char* reason, double cost = 0.25) {
  return line(
      "step_finish",
      {{"reason", reason},
       {"cost", cost},
       {"tokens",
        {{"input", 1200}, {"output", 60}, {"reasoning", 5}, {"cache", {{"read", 300}, {"write", 7}}}}}});
}

std::string text(const char* words) {
  return line("text", {{"text", words}});
}

std::string error(const json& object) {
  return json{{"type", "error"}, {"sessionID", "ses_1"}, {"error", object}}.dump() + "\n";
}

std::vector<AgentEvent> events_of(const std::string& stream) {
  return collect(*opencode_event_parser(), stream);
}

std::string kind_of(const std::string& stream) {
  const auto results = only<ResultEvent>(events_of(stream));
  return results.empty() ? "no_result" : std::string(to_string(results.at(0).kind));
}

}  // namespace

TEST_CASE("OpenCode's run is the sum of its steps") {
  const auto events =
      events_of(text("I run it.") + finish("tool-calls") + text("That is all.") + finish("stop"));
  REQUIRE(events.size() == 6);
  CHECK(std::get<SessionStarted>(events[0]).session_id == "ses_1");
  CHECK(std::get<UsageSoFar>(events[2]).usage.input_tokens == 1200u);
  CHECK(std::get<UsageSoFar>(events[4]).usage.turns == 2u);
  const auto& result = std::get<ResultEvent>(events[5]);
  CHECK(result.kind == ResultKind::success);
  CHECK(result.text == "That is all.");
  CHECK(result.session_id == "ses_1");
  CHECK(result.usage.input_tokens == 2400u);
  CHECK(result.usage.cached_tokens == 614u);
  CHECK(result.usage.output_tokens == 130u);
  CHECK(result.usage.cost_usd == 0.5);
  CHECK(result.usage.turns == 2u);
  CHECK_FALSE(result.tokens_are_cumulative);
  CHECK_FALSE(result.cost_is_cumulative);
}

TEST_CASE("a price that OpenCode does not know is unknown, not nothing") {
  CHECK_FALSE(only<ResultEvent>(events_of(text("x") + finish("stop", 0))).at(0).usage.cost_usd);
}

TEST_CASE("OpenCode's tool calls come with their result, whose exit status counts") {
  const auto tool = [](const json& state) {
    return only<ToolResult>(
               events_of(line("tool_use", {{"tool", "bash"}, {"callID", "c1"}, {"state", state}})))
        .at(0);
  };
  const json input = {{"command", "make test"}};
  const auto good =
      tool({{"status", "completed"}, {"input", input}, {"output", "fine"}, {"metadata", {{"exit", 0}}}});
  CHECK_FALSE(good.is_error);
  CHECK(good.text == "fine");
  const auto bad =
      tool({{"status", "completed"}, {"input", input}, {"output", "no"}, {"metadata", {{"exit", 3}}}});
  CHECK(bad.is_error);
  CHECK(bad.text == "exit 3\nno");
  const auto refused = tool({{"status", "error"}, {"input", input}, {"error", "not allowed"}});
  CHECK(refused.is_error);
  CHECK(refused.text == "not allowed");
  const auto calls = only<ToolCall>(events_of(
      line("tool_use", {{"tool", "write"}, {"state", {{"input", {{"filePath", "/workspace/src/a.cpp"}}}}}})));
  CHECK(calls.at(0).summary == "src/a.cpp");
}

TEST_CASE("a step that stops is no end when the work goes on after it") {
  CHECK(kind_of(text("a summary") + finish("stop")) == "success");
  CHECK(kind_of(text("a summary") + finish("stop") + line("step_start", json::object())) == "no_result");
  CHECK(kind_of(text("a summary") + finish("stop") + text("on")) == "no_result");
  CHECK(kind_of(text("a summary") + finish("stop") + "{\"type\":\"step_st") == "no_result");
}

TEST_CASE("an error anywhere makes OpenCode's run a failure of the kind its fields name") {
  const auto api = [](int status) {
    return error({{"name", "APIError"}, {"data", {{"message", "words"}, {"statusCode", status}}}});
  };
  CHECK(kind_of(api(401)) == "auth");
  CHECK(kind_of(api(402)) == "quota");
  CHECK(kind_of(api(429)) == "rate_limited");
  CHECK(kind_of(api(529)) == "overloaded");
  CHECK(kind_of(api(400)) == "error");
  CHECK(kind_of(error({{"name", "ProviderAuthError"}})) == "auth");
  CHECK(kind_of(error({{"name", "ContextOverflowError"}})) == "context_overflow");
  CHECK(kind_of(error({{"name", "UnknownError"}, {"data", {{"message", "401 unauthorized"}}}})) == "error");
  CHECK(kind_of(error(nullptr)) == "error");
  CHECK(kind_of(api(529) + text("done") + finish("stop")) == "overloaded");
  const auto result = only<ResultEvent>(events_of(finish("tool-calls") + api(500))).at(0);
  CHECK(result.text == "words");
  CHECK(result.http_status == 500);
  CHECK(result.usage.turns == 1u);
}

TEST_CASE("a step of OpenCode that ends for another reason than its work is no success") {
  CHECK(kind_of(text("x") + finish("length")) == "error");
  CHECK(kind_of(text("x") + finish("content-filter")) == "refused");
  CHECK(kind_of(text("x") + finish("later")) == "error");
  CHECK(kind_of(text("x") + line("step_finish", {{"reason", "stop"}})) == "error");
  CHECK(kind_of("{\"type\":\"step_finish\",\"part\":{\"reason\":\"stop\",\"tokens\":{}}}\n") == "error");
}
