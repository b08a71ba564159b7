#include "milepost/harness/custom.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/configured.hpp"

#include "harness/mangle.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace milepost;
using namespace milepost::test;

namespace {

CustomHarness custom(const std::string& dialect) {
  CustomHarness harness;
  harness.command = "my-agent";
  harness.dialect = dialect;
  return harness;
}

ProcessEnd exited(int code) {
  ProcessEnd end;
  end.exited = true;
  end.code = code;
  return end;
}

/// The result of a plain command that printed this.
std::optional<ResultEvent> plain_result(const std::string& text, const ProcessEnd& end) {
  const auto parser = custom_profile(custom("plain"))->parser();
  CHECK(only<ResultEvent>(collect(*parser, text)).empty());
  return parser->result_at_end(std::nullopt, end);
}

constexpr const char* k_stream =
    R"({"type":"session","id":"s-1","model":"large","version":"3"})"
    "\n"
    R"({"type":"text","text":"I write it."})"
    "\n"
    R"({"type":"tool","id":"1","name":"write","summary":"a.txt"})"
    "\n"
    R"({"type":"tool_result","id":"1","ok":false,"text":"no space"})"
    "\n"
    R"({"type":"retry","attempt":1,"max_attempts":3,"delay_ms":2000,"http_status":429,"reason":"busy"})"
    "\n";
constexpr const char* k_success =
    R"({"type":"result","status":"success","text":"Done.","usage":{"input_tokens":5,"cost_usd":0.5,"turns":2}})"
    "\n";

std::vector<AgentEvent> ndjson_events(const std::string& text) {
  return collect(*custom_profile(custom("ndjson-result"))->parser(), text);
}

ResultEvent ndjson_result(const std::string& line) {
  const auto results = only<ResultEvent>(ndjson_events(line + "\n"));
  REQUIRE(results.size() == 1);
  return results[0];
}

}  // namespace

TEST_CASE("a custom command gets session and model as quoted words, and the prompt on its input") {
  CustomHarness harness = custom("plain");
  harness.command = "my-agent --model {model} --id {session} '{other}'";
  harness.resume_command = "my-agent --resume {session}";
  HarnessRequest request;
  request.prompt = "Do it.";
  request.model = "large {session}";
  request.session_id = "it's; rm -rf /";
  request.max_turns = 3;
  const auto profile = custom_profile(harness);
  const ProcessSpec spec = profile->command(request);
  CHECK(spec.argv ==
        std::vector<std::string>{"bash", "-c",
                                 "my-agent --model 'large {session}' --id 'it'\\''s; rm -rf /' '{other}'"});
  CHECK(spec.input == "Do it.");
  CHECK(spec.environment == std::vector<std::string>{"MILEPOST_SESSION=it's; rm -rf /",
                                                     "MILEPOST_MODEL=large {session}", "MILEPOST_ATTEMPT=1",
                                                     "MILEPOST_MAX_TURNS=3"});
  request.resume = true;
  CHECK(profile->command(request).argv.back() == "my-agent --resume 'it'\\''s; rm -rf /'");
  CHECK(profile->capabilities().resumes_sessions);
  CHECK(profile->capabilities().takes_session_id);
}

TEST_CASE("what a custom command can do is what its settings say") {
  const auto least = custom_profile(custom("plain"))->capabilities();
  CHECK_FALSE(least.resumes_sessions);
  CHECK_FALSE(least.takes_session_id);
  CHECK_FALSE(least.reports_cost);
  CHECK_FALSE(least.needs_credentials);
  CHECK_FALSE(least.needs_install);
  CustomHarness harness = custom("claude-stream-json");
  harness.secrets = {"MY_KEY"};
  CHECK(custom_profile(harness)->capabilities().needs_credentials);
  CHECK(custom_profile(harness)->capabilities().reports_cost);
  CHECK(custom_profile(harness)->credentials().at(0).variable == "MY_KEY");
}

TEST_CASE("the settings make the custom harness, and no other") {
  Config config;
  config.custom_command = "my-agent";
  config.custom_dialect = "ndjson-result";
  CHECK(configured_harness("custom", config)->command({}).argv.back() == "my-agent");
  CHECK(configured_harness("custom", config)->capabilities().reports_cost);
  CHECK(configured_harness("claude", config).get() == &harness_profile("claude"));
  CHECK_THROWS_AS(configured_harness("costum", config), UsageError);
}

TEST_CASE("the setting custom.dialect offers the dialects that there are") {
  const auto settings = setting_table();
  const auto dialect = std::find_if(settings.begin(), settings.end(),
                                    [](const SettingInfo& info) { return info.key == "custom.dialect"; });
  REQUIRE(dialect != settings.end());
  CHECK(dialect->type == join(custom_dialects(), " or "));
}

TEST_CASE("a custom harness without a command and an unknown dialect are told with the next step") {
  try {
    custom_profile({})->command({});
    FAIL("no error");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()) == "the harness 'custom' has no command");
    CHECK(error.next_step().find("custom.command") != std::string::npos);
  }
  try {
    custom_profile(custom("ndjson"));
    FAIL("no error");
  } catch (const UsageError& error) {
    CHECK(error.next_step().find("ndjson-result") != std::string::npos);
  }
}

TEST_CASE("a plain command's exit status is its result and its output the answer") {
  const auto good = plain_result("first\nlast without an end", exited(0));
  REQUIRE(good);
  CHECK(good->kind == ResultKind::success);
  CHECK(good->text == "first\nlast without an end");
  const auto bad = plain_result("all is well\n", exited(3));
  REQUIRE(bad);
  CHECK(bad->kind == ResultKind::error);
  CHECK(bad->text == "it exited with 3");
}

TEST_CASE("a plain command that was ended by something else has no result") {
  ProcessEnd end;
  end.signal = 9;
  CHECK_FALSE(plain_result("done\n", end));
  end = exited(0);
  end.reason = EndReason::idle;
  CHECK_FALSE(plain_result("done\n", end));
  end = exited(0);
  end.started = false;
  CHECK_FALSE(plain_result("", end));
  end = exited(0);
  end.error = "output was lost";
  CHECK(plain_result("done\n", end)->kind == ResultKind::error);
}

TEST_CASE("of a plain command's endless output the newest part is kept") {
  const std::string text(5 << 20, 'x');
  const auto result = plain_result(text + "\n```milepost\n", exited(0));
  REQUIRE(result);
  CHECK(result->text.size() <= (2u << 20));
  CHECK(result->text.ends_with("\n```milepost\n"));
}

TEST_CASE("the NDJSON dialect is read line by line") {
  const auto events = ndjson_events(std::string(k_stream) + k_success);
  REQUIRE(events.size() == 6);
  CHECK(std::get<SessionStarted>(events[0]).session_id == "s-1");
  CHECK(std::get<AgentText>(events[1]).text == "I write it.");
  CHECK(live_line(events[2]) == "→ write a.txt");
  CHECK(std::get<ToolResult>(events[3]).is_error);
  CHECK(std::get<ApiRetry>(events[4]).http_status == 429);
  const auto& result = std::get<ResultEvent>(events[5]);
  CHECK(result.kind == ResultKind::success);
  CHECK(result.text == "Done.");
  CHECK(result.session_id == "s-1");
  CHECK(result.usage.input_tokens == 5);
  CHECK(result.usage.cost_usd == 0.5);
  CHECK(result.usage.turns == 2);
  CHECK_FALSE(result.usage.output_tokens);
}

TEST_CASE("a result of the NDJSON dialect is a success only when nothing in it speaks against it") {
  CHECK(ndjson_result(R"({"type":"result","status":"success"})").kind == ResultKind::success);
  CHECK(ndjson_result(R"({"type":"result"})").kind == ResultKind::error);
  CHECK(ndjson_result(R"({"type":"result","status":"done"})").kind == ResultKind::error);
  CHECK(ndjson_result(R"({"type":"result","status":"success","class":"auth"})").kind == ResultKind::auth);
  CHECK(ndjson_result(R"({"type":"result","status":"success","class":"success"})").kind == ResultKind::error);
  CHECK(ndjson_result(R"({"type":"result","status":"success","http_status":500})").kind ==
        ResultKind::overloaded);
  CHECK(ndjson_result(R"({"type":"result","status":"error","class":"budget"})").kind == ResultKind::budget);
  CHECK(ndjson_result(R"({"type":"result","status":"error","http_status":429})").kind ==
        ResultKind::rate_limited);
  CHECK(ndjson_result(R"({"type":"result","status":"error","status":"success"})").kind == ResultKind::error);
}

TEST_CASE("a damaged stream of the NDJSON dialect never becomes a success") {
  const auto profile = custom_profile(custom("ndjson-result"));
  const std::string failed = std::string(k_stream) +
                             R"({"type":"result","status":"error","class":"rate_limited","text":"slowly"})"
                             "\n";
  require_no_success_when_cut(*profile, std::string(k_stream) + k_success);
  require_no_success_when_flipped(*profile, failed);
  require_no_success_when_torn(*profile, failed);
  CHECK(has_success(collect(*profile->parser(), with_noise(std::string(k_stream) + k_success))));
}
