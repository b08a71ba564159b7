#include "harness/gemini_events.hpp"

#include "harness/collect.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;
using namespace milepost::test;

namespace {

constexpr const char* k_init = R"({"type":"init","session_id":"s-1","model":"model-large"})"
                               "\n";
constexpr const char* k_words = R"({"type":"message","role":"assistant","content":"Done ","delta":true})"
                                "\n"
                                R"({"type":"message","role":"assistant","content":"it.","delta":true})"
                                "\n";
constexpr const char* k_call =
    R"({"type":"tool_use","tool_name":"write_file","tool_id":"t1","parameters":{"file_path":"/workspace/a.txt"}})"
    "\n"
    R"({"type":"tool_result","tool_id":"t1","status":"error","error":{"message":"no space"}})"
    "\n";
constexpr const char* k_success =
    R"({"type":"result","status":"success","stats":{"input_tokens":1200,"input":1000,"cached":200,"output_tokens":60}})"
    "\n";
constexpr const char* k_failure =
    R"({"type":"result","status":"error","error":{"type":"unknown","message":"refused"}})"
    "\n";

std::vector<AgentEvent> events_of(const std::string& text) {
  return collect(*gemini_event_parser(), text);
}

ProcessEnd exited(int code) {
  ProcessEnd end;
  end.exited = true;
  end.code = code;
  return end;
}

/// The result of a stream whose process exited with this code.
std::optional<ResultEvent> judged(const std::string& text, const ProcessEnd& end) {
  const auto parser = gemini_event_parser();
  const auto results = only<ResultEvent>(collect(*parser, text));
  return parser->result_at_end(results.empty() ? std::nullopt : std::optional(results.back()), end);
}

}  // namespace

TEST_CASE("Gemini CLI's pieces become one text, and the answer is what came after the last call") {
  const auto events = events_of(std::string(k_init) + k_words + k_call + k_words + k_success);
  CHECK(only<SessionStarted>(events).at(0).session_id == "s-1");
  const auto texts = only<AgentText>(events);
  REQUIRE(texts.size() == 2);
  CHECK(texts[0].text == "Done it.");
  CHECK(live_line(events.at(2)) == "→ write_file a.txt");
  CHECK(only<ToolResult>(events).at(0).is_error);
  CHECK(only<ToolResult>(events).at(0).text == "no space");
  const auto result = only<ResultEvent>(events).at(0);
  CHECK(result.kind == ResultKind::success);
  CHECK(result.text == "Done it.");
  CHECK(result.session_id == "s-1");
  CHECK(result.usage.input_tokens == 1000);
  CHECK(result.usage.cached_tokens == 200);
  CHECK(result.usage.output_tokens == 60);
  CHECK_FALSE(result.usage.cost_usd);
  CHECK_FALSE(result.usage.turns);
}

TEST_CASE("Gemini CLI's success is none after an error that the agent did not go on from") {
  const std::string error = R"({"type":"error","severity":"warning","message":"it repeats itself"})"
                            "\n";
  const auto results = only<ResultEvent>(events_of(std::string(k_init) + k_words + error + k_success));
  REQUIRE(results.size() == 1);
  CHECK(results[0].kind == ResultKind::error);
  CHECK(results[0].text == "it repeats itself");
  CHECK(has_success(events_of(std::string(k_init) + error + k_words + k_success)));
}

TEST_CASE("Gemini CLI's success without an answer is none") {
  CHECK_FALSE(has_success(events_of(std::string(k_init) + k_success)));
  CHECK_FALSE(has_success(events_of(std::string(k_init) + k_words + k_call + k_success)));
}

TEST_CASE("Gemini CLI's exit code tells why it failed") {
  struct Case {
    int code;
    ResultKind kind;
    int status;
  };
  for (const Case& known : {Case{145, ResultKind::auth, 401}, Case{147, ResultKind::auth, 403},
                            Case{173, ResultKind::rate_limited, 429}, Case{244, ResultKind::overloaded, 500},
                            Case{17, ResultKind::overloaded, 529}, Case{41, ResultKind::auth, 0},
                            Case{53, ResultKind::turn_limit, 0}, Case{144, ResultKind::error, 0},
                            Case{1, ResultKind::error, 0}, Case{130, ResultKind::error, 0}}) {
    CAPTURE(known.code);
    const auto result = judged(std::string(k_init) + k_failure, exited(known.code));
    REQUIRE(result);
    CHECK(result->kind == known.kind);
    CHECK(result->http_status == known.status);
    CHECK(result->text == "refused");
  }
}

TEST_CASE("an exit code of Gemini CLI counts without a final event, but never makes a success") {
  const auto no_login = judged("", exited(41));
  REQUIRE(no_login);
  CHECK(no_login->kind == ResultKind::auth);
  CHECK(no_login->text == "Gemini CLI exited with 41");
  CHECK_FALSE(judged(k_init, exited(0)));
  CHECK_FALSE(judged(k_init, exited(42)));  // no such session
  CHECK(judged(std::string(k_init) + k_failure, exited(0))->kind == ResultKind::error);
  CHECK(judged(std::string(k_init) + k_words + k_success, exited(145))->kind == ResultKind::success);
  ProcessEnd killed = exited(145);
  killed.reason = EndReason::idle;
  CHECK_FALSE(judged(k_init, killed));
}
