#include "harness/pi_events.hpp"

#include "harness/collect.hpp"
#include "harness/line_reader.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>

using namespace milepost;
using namespace milepost::test;
using nlohmann::json;

namespace {

json answer(const std::string& text, const std::string& stop, double cost = 0.25) {
  return {
      {"role", "assistant"},
      {"content", json::array({{{"type", "text"}, {"text", text}}})},
      {"usage",
       {{"input", 100}, {"output", 20}, {"cacheRead", 7}, {"cacheWrite", 3}, {"cost", {{"total", cost}}}}},
      {"stopReason", stop}};
}

json failed_answer(const std::string& error) {
  return {
      {"role", "assistant"}, {"content", json::array()}, {"stopReason", "error"}, {"errorMessage", error}};
}

std::string line(const json& object) {
  return object.dump() + "\n";
}

std::string session() {
  return line({{"type", "session"}, {"id", "s-1"}, {"cwd", "/workspace"}});
}

std::string message(const json& message) {
  return line({{"type", "message_end"}, {"message", message}});
}

std::string end(const json& newest) {
  return line({{"type", "agent_end"}, {"messages", json::array({newest})}});
}

std::vector<AgentEvent> events_of(const std::string& text) {
  return collect(*pi_event_parser(), text);
}

ResultEvent result_of(const std::string& text) {
  const auto results = only<ResultEvent>(events_of(text));
  REQUIRE(results.size() == 1);
  return results[0];
}

ResultEvent failure(const std::string& error) {
  return result_of(session() + message(failed_answer(error)) + end(failed_answer(error)));
}

ProcessEnd exited(int code) {
  ProcessEnd process;
  process.exited = true;
  process.code = code;
  return process;
}

}  // namespace

TEST_CASE("pi's answers are counted together, and the last one is the result") {
  const json last = answer("That is all.", "stop");
  const auto result = result_of(session() + message(answer("First.", "toolUse")) + message(last) + end(last));
  CHECK(result.kind == ResultKind::success);
  CHECK(result.text == "That is all.");
  CHECK(result.session_id == "s-1");
  CHECK(result.usage.input_tokens == 200);
  CHECK(result.usage.cached_tokens == 20);
  CHECK(result.usage.output_tokens == 40);
  CHECK(result.usage.turns == 2);
  CHECK(result.usage.cost_usd == 0.5);
  CHECK_FALSE(result.cost_is_cumulative);
}

TEST_CASE("pi reckons with zero for a price that it does not know: the cost is unknown then") {
  const json last = answer("That is all.", "stop", 0);
  CHECK_FALSE(result_of(session() + message(last) + end(last)).usage.cost_usd);
  const auto mixed = result_of(session() + message(answer("First.", "toolUse")) + message(last) + end(last));
  CHECK_FALSE(mixed.usage.cost_usd);
}

TEST_CASE("pi's failure class comes from the status that its error begins with") {
  CHECK(failure("401 {\"type\":\"error\"}").kind == ResultKind::auth);
  CHECK(failure("403 {}").http_status == 403);
  CHECK(failure("429 slowly").kind == ResultKind::rate_limited);
  CHECK(failure("529 {}").kind == ResultKind::overloaded);
  CHECK(failure("{\"error\":{\"code\":503}}").kind == ResultKind::overloaded);
  CHECK(failure("400 {}").kind == ResultKind::error);
  // Words about a number are no status.
  for (const char* error :
       {"the server said 401 to me", "4011 things", "401", "999 bottles", "Connection error."}) {
    CAPTURE(error);
    CHECK(failure(error).kind == ResultKind::error);
    CHECK(failure(error).text == error);
  }
}

TEST_CASE("pi's failed end is none when it tries again") {
  const json last = answer("Got through.", "stop"), failed = failed_answer("429 {}");
  const std::string text = session() + message(failed) + end(failed) +
                           line({{"type", "auto_retry_start"},
                                 {"attempt", 1},
                                 {"maxAttempts", 3},
                                 {"delayMs", 2000},
                                 {"errorMessage", "429 {}"}}) +
                           line({{"type", "agent_start"}}) + message(last) + end(last);
  CHECK(result_of(text).kind == ResultKind::success);
  const auto retries = only<ApiRetry>(events_of(text));
  REQUIRE(retries.size() == 1);
  CHECK(retries[0].http_status == 429);
  CHECK(retries[0].max_attempts == 3);
  CHECK(retries[0].delay == Milliseconds(2000));
}

TEST_CASE("pi's end counts only when both of its accounts of the last answer agree") {
  const json good = answer("That is all.", "stop"), cut = answer("That", "length");
  CHECK(result_of(session() + message(good) + end(cut)).kind == ResultKind::error);
  CHECK(result_of(session() + message(cut) + end(good)).kind == ResultKind::error);
  CHECK(result_of(session() + end(good)).kind == ResultKind::error);
}

TEST_CASE("pi's repeated pieces of an answer are passed over unread") {
  const std::string piece = R"({"type":"message_update","message":{"role":"assistant"}})"
                            "\n";
  std::string many;
  for (int i = 0; i < 1000; ++i) many += piece;
  const json last = answer("That is all.", "stop");
  CHECK(events_of(session() + many + message(last) + end(last)).size() == 4);
}

TEST_CASE("an end of pi's that is too long to read counts by the last answer and the exit code") {
  const std::string huge =
      R"({"type":"agent_end","messages":[")" + std::string(k_longest_line_bytes, 'm') + "\"]}\n";
  const auto judged = [&](const json& last, const std::string& text, int code) {
    const auto parser = pi_event_parser();
    CHECK(only<ResultEvent>(collect(*parser, session() + message(last) + text)).empty());
    return parser->result_at_end(std::nullopt, exited(code));
  };
  const json good = answer("That is all.", "stop");
  REQUIRE(judged(good, huge, 0));
  CHECK(judged(good, huge, 0)->kind == ResultKind::success);
  CHECK_FALSE(judged(good, huge, 1));
  CHECK_FALSE(judged(good, "", 0));
  CHECK_FALSE(judged(answer("That", "length"), huge, 0));
  CHECK_FALSE(judged(good, R"({"type":"agent_end","messages":[)", 0));
}
