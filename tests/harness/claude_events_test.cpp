#include "harness/claude_events.hpp"

#include "harness/collect.hpp"
#include "harness/line_reader.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>

using namespace milepost;
using namespace milepost::test;
using nlohmann::json;

namespace {

constexpr const char* k_session = "0f0e0d0c-0b0a-4909-8807-060504030201";

json init() {
  return {{"type", "system"},
          {"subtype", "init"},
          {"cwd", "/workspace"},
          {"session_id", k_session},
          {"model", "model-large"},
          {"tools", {"Bash", "Edit"}},
          {"claude_code_version", "2.1.300"}};
}

json assistant(const json& block) {
  return {{"type", "assistant"},
          {"message", {{"role", "assistant"}, {"content", json::array({block})}}},
          {"parent_tool_use_id", nullptr},
          {"session_id", k_session}};
}

json tool_result(const json& content, bool is_error) {
  return {{"type", "user"},
          {"message",
           {{"role", "user"},
            {"content", json::array({{{"type", "tool_result"},
                                      {"tool_use_id", "call_1"},
                                      {"content", content},
                                      {"is_error", is_error}}})}}},
          {"session_id", k_session}};
}

json result() {
  return {{"type", "result"},
          {"subtype", "success"},
          {"is_error", false},
          {"api_error_status", nullptr},
          {"terminal_reason", "completed"},
          {"stop_reason", "end_turn"},
          {"result", "All three files are written."},
          {"session_id", k_session},
          {"num_turns", 3},
          {"total_cost_usd", 0.25},
          {"usage",
           {{"input_tokens", 100},
            {"cache_read_input_tokens", 20},
            {"cache_creation_input_tokens", 3},
            {"output_tokens", 45}}},
          {"permission_denials", json::array()}};
}

json failed_result() {
  json line = result();
  line["is_error"] = true;
  line["terminal_reason"] = "api_error";
  line["api_error_status"] = 401;
  line["result"] = "the key was refused";
  return line;
}

std::string stream(const std::vector<json>& lines) {
  std::string text;
  for (const json& line : lines) text += line.dump() + "\n";
  return text;
}

std::vector<AgentEvent> events_of(std::string_view bytes, std::size_t piece = 1 << 16) {
  return collect(*claude_event_parser(), bytes, piece);
}

template <class Event>
Event the_only(const json& line) {
  const auto events = events_of(line.dump() + "\n");
  REQUIRE(events.size() == 1);
  REQUIRE(std::holds_alternative<Event>(events[0]));
  return std::get<Event>(events[0]);
}

ResultEvent result_with(const json& changes) {
  json line = result();
  line.update(changes);
  return the_only<ResultEvent>(line);
}

}  // namespace

TEST_CASE("the first line gives session, model and version") {
  const auto started = the_only<SessionStarted>(init());
  CHECK(started.session_id == k_session);
  CHECK(started.model == "model-large");
  CHECK(started.harness_version == "2.1.300");
}

TEST_CASE("what the agent says, thinks and does keeps its order") {
  json line = assistant({{"type", "thinking"}, {"thinking", "hm"}});
  line["message"]["content"].push_back({{"type", "text"}, {"text", "I edit it."}});
  line["message"]["content"].push_back({{"type", "tool_use"},
                                        {"id", "call_1"},
                                        {"name", "Edit"},
                                        {"input", {{"file_path", "/workspace/src/a.cpp"}}}});
  const auto events = events_of(line.dump() + "\n");
  REQUIRE(events.size() == 3);
  CHECK(std::get<AgentThinking>(events[0]).text == "hm");
  CHECK(std::get<AgentText>(events[1]).text == "I edit it.");
  const auto& call = std::get<ToolCall>(events[2]);
  CHECK(call.id == "call_1");
  CHECK(call.name == "Edit");
  CHECK(call.summary == "src/a.cpp");
}

TEST_CASE("a tool call is summed up by the argument that matters to a person") {
  const auto summary = [](const char* name, const json& input) {
    return the_only<ToolCall>(
               assistant({{"type", "tool_use"}, {"id", "x"}, {"name", name}, {"input", input}}))
        .summary;
  };
  CHECK(summary("Bash", {{"description", "Run the tests"}, {"command", "make test\n  -j2"}}) ==
        "make test -j2");
  CHECK(summary("Read", {{"file_path", "/etc/passwd"}}) == "/etc/passwd");
  CHECK(summary("Grep", {{"pattern", "foo"}}) == "foo");
  CHECK(summary("Task", {{"description", "look around"}, {"prompt", "long"}}) == "look around");
  CHECK(summary("Unheard", {{"count", 3}}).empty());
  CHECK(summary("Unheard", nullptr).empty());
}

TEST_CASE("a tool call has its whole input where that is more than its summary") {
  const auto input = [](const json& arguments) {
    return the_only<ToolCall>(
               assistant({{"type", "tool_use"}, {"id", "x"}, {"name", "Tool"}, {"input", arguments}}))
        .input;
  };
  CHECK(input({{"file_path", "/workspace/src/a.cpp"}}).empty());
  CHECK(input({{"command", "make test"}}).empty());
  CHECK(input({{"command", "make test\n  -j2"}}) == "command: make test\n  -j2\n");
  CHECK(input({{"file_path", "/workspace/a"}, {"limit", 3}}) == "file_path: /workspace/a\nlimit: 3\n");
  CHECK(input({{"content", std::string(100'000, 'x')}}).size() <= 4000);
  CHECK(input(nullptr).empty());
}

TEST_CASE("a tool's result is read from a text and from a list of blocks") {
  CHECK(the_only<ToolResult>(tool_result("done", false)).text == "done");
  const auto listed = the_only<ToolResult>(tool_result(
      json::array(
          {{{"type", "text"}, {"text", "a"}}, {{"type", "image"}}, {{"type", "text"}, {"text", "b"}}}),
      true));
  CHECK(listed.text == "a\nb");
  CHECK(listed.is_error);
  CHECK(listed.id == "call_1");
}

TEST_CASE("a retry of the model's service is told with its numbers") {
  const auto retry = the_only<ApiRetry>({{"type", "system"},
                                         {"subtype", "api_retry"},
                                         {"attempt", 2},
                                         {"max_retries", 10},
                                         {"retry_delay_ms", 1207},
                                         {"error_status", 429},
                                         {"error", "rate_limit"}});
  CHECK(retry.attempt == 2);
  CHECK(retry.max_attempts == 10);
  CHECK(retry.delay == Milliseconds(1207));
  CHECK(retry.http_status == 429);
  CHECK(retry.kind == "rate_limit");
}

TEST_CASE("a subagent's words are not the agent's") {
  json line = assistant({{"type", "text"}, {"text", "found it"}});
  line["parent_tool_use_id"] = "call_9";
  CHECK(the_only<Notice>(line).kind == "subagent");
}

TEST_CASE("words that the harness says in the agent's place are a notice") {
  json line = assistant({{"type", "text"}, {"text", "the key was refused"}});
  line["error"] = "authentication_failed";
  const auto notice = the_only<Notice>(line);
  CHECK(notice.kind == "authentication_failed");
  CHECK(notice.text == "the key was refused");
}

TEST_CASE("of the background tasks of a session only a failed one is a notice") {
  json line = {
      {"type", "system"}, {"subtype", "task_started"}, {"task_id", "b1"}, {"description", "sleep 8"}};
  CHECK(the_only<UnknownEvent>(line).type == "system/task_started");
  line["subtype"] = "task_progress";
  CHECK(the_only<UnknownEvent>(line).type == "system/task_progress");
  line["subtype"] = "task_notification";
  line["status"] = "completed";
  line["summary"] = "sleep 8";
  CHECK(the_only<UnknownEvent>(line).type == "system/task_notification");
  line["status"] = "stopped";
  CHECK(the_only<UnknownEvent>(line).type == "system/task_notification");
  line["status"] = "failed";
  line["summary"] = "sleep 8 failed with exit code 1";
  CHECK(the_only<Notice>(line).text == "sleep 8 failed with exit code 1");
}

TEST_CASE("valid lines of unknown types are kept as unknown events") {
  CHECK(the_only<UnknownEvent>({{"type", "brand_new"}}).type == "brand_new");
  CHECK(the_only<UnknownEvent>({{"type", 5}}).type.empty());
  CHECK(the_only<UnknownEvent>({{"type", "system"}, {"subtype", "later"}}).type == "system/later");
  CHECK(the_only<UnknownEvent>(assistant({{"type", "hologram"}})).type == "assistant/hologram");
  CHECK(the_only<UnknownEvent>({{"type", "assistant"}, {"message", 3}}).type == "assistant");
  CHECK(the_only<UnknownEvent>({{"type", "user"}, {"message", {{"content", "typed"}}}}).type == "user");
  CHECK(the_only<Notice>({{"type", "system"}, {"subtype", "status"}, {"status", "compacting"}}).text ==
        "compacting");
}

TEST_CASE("a finished run is a success with its figures") {
  const auto event = the_only<ResultEvent>(result());
  CHECK(event.kind == ResultKind::success);
  CHECK(event.text == "All three files are written.");
  CHECK(event.session_id == k_session);
  CHECK(event.usage.input_tokens == 100);
  CHECK(event.usage.cached_tokens == 23);
  CHECK(event.usage.output_tokens == 45);
  CHECK(event.usage.cost_usd == 0.25);
  CHECK(event.usage.turns == 3u);
  CHECK(event.cost_is_cumulative);
}

TEST_CASE("a result's kind comes from its structured fields") {
  struct Row {
    json changes;
    ResultKind kind;
  };
  const std::vector<Row> rows = {
      {{{"is_error", true}, {"api_error_status", 401}, {"terminal_reason", "api_error"}}, ResultKind::auth},
      {{{"is_error", true}, {"api_error_status", 403}}, ResultKind::auth},
      {{{"is_error", true}, {"api_error_status", 402}}, ResultKind::quota},
      {{{"is_error", true}, {"api_error_status", 429}}, ResultKind::rate_limited},
      {{{"is_error", true}, {"api_error_status", 500}}, ResultKind::overloaded},
      {{{"is_error", true}, {"api_error_status", 529}}, ResultKind::overloaded},
      {{{"is_error", true}, {"api_error_status", 413}}, ResultKind::context_overflow},
      {{{"is_error", true}, {"api_error_status", 400}, {"terminal_reason", "prompt_too_long"}},
       ResultKind::context_overflow},
      {{{"is_error", true}, {"api_error_status", 400}}, ResultKind::error},
      {{{"subtype", "error_max_turns"}, {"terminal_reason", "max_turns"}}, ResultKind::turn_limit},
      {{{"subtype", "error_max_budget_usd"}, {"is_error", true}}, ResultKind::budget},
      {{{"subtype", "error_during_execution"}, {"is_error", true}}, ResultKind::error},
      {{{"stop_reason", "refusal"}}, ResultKind::refused},
      {{{"is_error", true}, {"terminal_reason", "api_error"}}, ResultKind::error},
  };
  for (const Row& row : rows) {
    CAPTURE(row.changes.dump());
    CHECK(to_string(result_with(row.changes).kind) == to_string(row.kind));
  }
}

TEST_CASE("F27: a success has to be said by every field of the result") {
  const std::vector<json> changes = {
      {{"is_error", true}},
      {{"is_error", nullptr}},
      {{"is_error", 0}},
      {{"is_error", "false"}},
      {{"subtype", "error_during_execution"}},
      {{"subtype", "later"}},
      {{"subtype", nullptr}},
      {{"terminal_reason", "aborted_tools"}},
      {{"terminal_reason", "later"}},
      {{"terminal_reason", false}},
      {{"api_error_status", 500}},
      {{"api_error_status", "none"}},
      {{"errors", {"no conversation"}}},
      {{"errors", "no conversation"}},
      {{"result", nullptr}},
      {{"result", 7}},
      {{"interrupted_by_shutdown", true}},
  };
  for (const json& change : changes) {
    CAPTURE(change.dump());
    CHECK(result_with(change).kind != ResultKind::success);
  }
  json without = result();
  without.erase("is_error");
  CHECK(the_only<ResultEvent>(without).kind != ResultKind::success);
  json older = result();
  older.erase("terminal_reason");
  older.erase("api_error_status");
  CHECK(the_only<ResultEvent>(older).kind == ResultKind::success);
}

TEST_CASE("F28: a result with a key that comes twice is no success") {
  std::string line = result().dump();
  line.insert(1, "\"is_error\":true,");
  const auto events = events_of(line + "\n");
  REQUIRE(only<ResultEvent>(events).size() == 1);
  CHECK_FALSE(has_success(events));
}

TEST_CASE("a failure without a status is explained by the harness's own error line") {
  const auto kind_after = [](const char* error) {
    json told = assistant({{"type", "text"}, {"text", "words"}});
    told["error"] = error;
    json end = failed_result();
    end["api_error_status"] = nullptr;
    return only<ResultEvent>(events_of(stream({init(), told, end}))).at(0).kind;
  };
  CHECK(kind_after("authentication_failed") == ResultKind::auth);
  CHECK(kind_after("billing_error") == ResultKind::quota);
  CHECK(kind_after("server_error") == ResultKind::overloaded);
  CHECK(kind_after("unknown") == ResultKind::error);
}

TEST_CASE("a used-up subscription is told from a passing rate limit") {
  json end = failed_result();
  end["api_error_status"] = 429;
  const json limit = {{"type", "rate_limit_event"},
                      {"rate_limit_info", {{"status", "rejected"}, {"rateLimitType", "five_hour"}}}};
  CHECK(only<ResultEvent>(events_of(stream({init(), end}))).at(0).kind == ResultKind::rate_limited);
  const auto used_up = only<ResultEvent>(events_of(stream({init(), limit, end}))).at(0);
  CHECK(used_up.kind == ResultKind::quota);
  CHECK_FALSE(used_up.resets_at);
}

TEST_CASE("the end of a used-up allowance is the one that the service states") {
  json end = failed_result();
  end["api_error_status"] = 429;
  const auto resets = [&](const char* status, const json& at) {
    const json limit = {{"type", "rate_limit_event"},
                        {"rate_limit_info", {{"status", status}, {"resetsAt", at}}}};
    return only<ResultEvent>(events_of(stream({init(), limit, end}))).at(0).resets_at;
  };
  const auto at = resets("rejected", 1'800'000'000);
  REQUIRE(at);
  CHECK(at->time_since_epoch() == std::chrono::seconds(1'800'000'000));
  CHECK_FALSE(resets("allowed_warning", 1'800'000'000));
  CHECK_FALSE(resets("rejected", "soon"));
  CHECK_FALSE(resets("rejected", 1'800'000'000'000'000));
  CHECK_FALSE(resets("rejected", -1));
}

TEST_CASE("what an answer used is told once, however many lines it has") {
  const auto answer = [](const char* id, int tokens) {
    return json{{"type", "assistant"},
                {"message",
                 {{"id", id},
                  {"content", json::array({{{"type", "text"}, {"text", "words"}}})},
                  {"usage",
                   {{"input_tokens", tokens},
                    {"cache_read_input_tokens", 100},
                    {"cache_creation_input_tokens", 7},
                    {"output_tokens", 1}}}}}};
  };
  const auto used =
      only<UsageSoFar>(events_of(stream({init(), answer("a", 10), answer("a", 10), answer("b", 5)})));
  REQUIRE(used.size() == 2);
  CHECK(used[1].usage.input_tokens == 15u);
  CHECK(used[1].usage.cached_tokens == 214u);
  CHECK(used[1].usage.turns == 2u);
}

TEST_CASE("a failure without an answer gives the harness's reasons") {
  json end = result();
  end.erase("result");
  end["subtype"] = "error_during_execution";
  end["errors"] = {"no conversation with this id", 5, "another"};
  CHECK(the_only<ResultEvent>(end).text == "no conversation with this id; another");
  end.erase("errors");
  CHECK(the_only<ResultEvent>(end).text == "error_during_execution");
}

TEST_CASE("figures that cannot be true are unknown, not zero") {
  const auto usage = result_with({{"num_turns", -1},
                                  {"total_cost_usd", -0.5},
                                  {"usage", {{"input_tokens", 1e300}, {"output_tokens", "9"}}}})
                         .usage;
  CHECK_FALSE(usage.turns);
  CHECK_FALSE(usage.cost_usd);
  CHECK_FALSE(usage.input_tokens);
  CHECK_FALSE(usage.output_tokens);
  CHECK_FALSE(usage.cached_tokens);
  CHECK_FALSE(result_with({{"usage", 3}, {"num_turns", 99999999999ull}}).usage.turns);
  CHECK(result_with(
            {{"usage",
              {{"cache_read_input_tokens", 18446744073709551615ull}, {"cache_creation_input_tokens", 5}}}})
            .usage.cached_tokens == std::nullopt);
  const auto events = events_of("{\"type\":\"result\",\"is_error\":false,\"total_cost_usd\":1e999}\n");
  CHECK_FALSE(has_success(events));
}

TEST_CASE("denied tools are named") {
  const auto event =
      result_with({{"permission_denials",
                    {{{"tool_name", "Bash"}, {"tool_input", {{"command", "sudo id"}}}}, {{"x", 1}}, 4}}});
  CHECK(event.permission_denials == std::vector<std::string>{"Bash sudo id", "unknown", "unknown"});
}

TEST_CASE("lines that are no events are kept, bounded, and stop nothing") {
  const auto events = events_of("npm warn something\n[1,2]\n\"text\"\nnull\n\n   \r\n{\"type\":\n" +
                                result().dump() + "\r\n");
  CHECK(only<BadLine>(events).size() == 5);
  CHECK(has_success(events));
  const auto long_noise = events_of(std::string(100000, 'x') + "\n");
  REQUIRE(long_noise.size() == 1);
  CHECK(std::get<BadLine>(long_noise[0]).text.size() <= k_bad_line_bytes);
}

TEST_CASE("F30: a line longer than the limit becomes one bad line and the next one is read") {
  json huge = result();
  huge["result"] = std::string(k_longest_line_bytes, 'x');
  const auto events = events_of(huge.dump() + "\n" + init().dump() + "\n");
  REQUIRE(events.size() == 2);
  CHECK(std::holds_alternative<BadLine>(events[0]));
  CHECK(std::holds_alternative<SessionStarted>(events[1]));
}

TEST_CASE("nesting and numbers of values beyond any real event are refused") {
  const std::string deep =
      "{\"type\":\"result\",\"x\":" + std::string(1000000, '[') + std::string(1000000, ']') + "}\n";
  CHECK(std::holds_alternative<BadLine>(events_of(deep).at(0)));
  std::string wide = "{\"type\":\"result\",\"x\":[0";
  for (int i = 0; i < 300000; ++i) wide += ",0";
  CHECK(std::holds_alternative<BadLine>(events_of(wide + "]}\n").at(0)));
}

TEST_CASE("bytes that are no UTF-8 do not lose an event") {
  std::string line = assistant({{"type", "text"}, {"text", "caf@"}}).dump();
  line[line.find('@')] = '\xe9';
  const auto events = events_of(line + "\n");
  REQUIRE(only<AgentText>(events).size() == 1);
  CHECK(only<AgentText>(events)[0].text == "caf\xef\xbf\xbd");
}

TEST_CASE("the pieces in which a stream arrives change nothing") {
  const std::string text = stream({init(), assistant({{"type", "text"}, {"text", "grüß dich ✓"}}), result()});
  const std::size_t expected = events_of(text).size();
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 64u}) {
    CAPTURE(piece);
    const auto events = events_of(text, piece);
    CHECK(events.size() == expected);
    CHECK(only<AgentText>(events).at(0).text == "grüß dich ✓");
    CHECK(has_success(events));
  }
}

TEST_CASE("F27: a stream cut at any byte has no success") {
  const std::string text = stream({init(), assistant({{"type", "text"}, {"text", "working"}}), result()});
  for (std::size_t length = 0; length < text.size(); ++length) {
    CAPTURE(length);
    REQUIRE_FALSE(has_success(events_of(std::string_view(text).substr(0, length))));
  }
  CHECK(has_success(events_of(text)));
}

TEST_CASE("no flipped bit turns a failed run into a success") {
  const std::string text = stream({init(), failed_result()});
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      CAPTURE(at);
      CAPTURE(bit);
      REQUIRE_FALSE(has_success(events_of(flipped)));
    }
  }
}

TEST_CASE("F27, F28: two results are both passed on with their sessions") {
  json other = result();
  other["session_id"] = "another";
  const auto results = only<ResultEvent>(events_of(stream({init(), other, failed_result()})));
  REQUIRE(results.size() == 2);
  CHECK(results[0].session_id == "another");
  CHECK(results[1].kind == ResultKind::auth);
}
