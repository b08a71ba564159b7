#include "harness/script_events.hpp"

#include "harness/collect.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;
using namespace milepost::test;

namespace {

constexpr const char* k_stream =
    R"({"type":"start","session_id":"s1","version":"0.1.0"}
{"type":"block","index":0,"command":"# make it\nprintf hello > a.txt\n"}
{"type":"output","index":0,"text":"written"}
{"type":"block_end","index":0,"exit_code":0}
{"type":"block","index":1,"command":"false"}
{"type":"block_end","index":1,"exit_code":1}
{"type":"result","ok":true,"session_id":"s1","text":"done","blocks":2}
)";

std::vector<AgentEvent> events_of(std::string_view bytes, std::size_t piece = 4096) {
  return collect(*script_event_parser(), bytes, piece);
}

}  // namespace

TEST_CASE("a script run is read from start to result") {
  const auto events = events_of(k_stream);
  REQUIRE(events.size() == 7);
  CHECK(std::get<SessionStarted>(events[0]).session_id == "s1");
  CHECK(std::get<SessionStarted>(events[0]).harness_version == "0.1.0");
  CHECK(std::get<ToolCall>(events[1]).summary == "printf hello > a.txt");
  CHECK(std::get<Notice>(events[2]).text == "written");
  CHECK_FALSE(std::get<ToolResult>(events[3]).is_error);
  CHECK(std::get<ToolResult>(events[5]).is_error);
  CHECK(std::get<ToolResult>(events[5]).text == "exit 1");
  const auto& result = std::get<ResultEvent>(events[6]);
  CHECK(result.kind == ResultKind::success);
  CHECK(result.text == "done");
  CHECK(result.session_id == "s1");
  CHECK(result.usage.turns == 2u);
  CHECK_FALSE(result.usage.cost_usd);
}

TEST_CASE("a script run is a success only when it says so as a truth value, once") {
  CHECK_FALSE(has_success(events_of("{\"type\":\"result\",\"ok\":false}\n")));
  CHECK_FALSE(has_success(events_of("{\"type\":\"result\",\"ok\":1}\n")));
  CHECK_FALSE(has_success(events_of("{\"type\":\"result\"}\n")));
  CHECK_FALSE(has_success(events_of("{\"type\":\"result\",\"ok\":false,\"ok\":true}\n")));
  CHECK(has_success(events_of("{\"type\":\"result\",\"ok\":true}\n")));
}

TEST_CASE("a cut script stream has no success, however it arrives") {
  const std::string text = k_stream;
  for (std::size_t length = 0; length < text.size(); ++length) {
    REQUIRE_FALSE(has_success(events_of(std::string_view(text).substr(0, length), 5)));
  }
}

TEST_CASE("a block's end without a number is an error of the block") {
  const auto events =
      events_of("{\"type\":\"block_end\",\"index\":-1,\"exit_code\":null}\nnoise\n{\"type\":\"later\"}\n");
  REQUIRE(events.size() == 3);
  CHECK(std::get<ToolResult>(events[0]).is_error);
  CHECK(std::holds_alternative<BadLine>(events[1]));
  CHECK(std::get<UnknownEvent>(events[2]).type == "later");
}

TEST_CASE("an output line means the same in whatever form of JSON it comes") {
  // With a space in front of it, a line is read by the JSON parser.
  for (const std::string text : {"plain", "", "a \\\"quote\\\"", "tab\\tand \\u00e9", "\xc3\xa9",
                                 "bad \xff byte", "}\",\"x\":\"", "\x01", "\x7f"}) {
    for (const std::string index :
         {"0", "1", "12", "01", "-1", "1.5", "1234567890", "", "\"1\"", "1,\"index\":2"}) {
      const std::string members = "\"type\":\"output\",\"index\":" + index + ",\"text\":\"" + text + "\"}\n";
      const auto quick = events_of("{" + members);
      const auto parsed = events_of("{ " + members);
      CAPTURE(members);
      REQUIRE(quick.size() == 1);
      REQUIRE(parsed.size() == 1);
      REQUIRE(quick[0].index() == parsed[0].index());
      if (const auto* notice = std::get_if<Notice>(&quick[0])) {
        CHECK(notice->kind == "output");
        CHECK(notice->text == std::get<Notice>(parsed[0]).text);
      }
    }
  }
  const auto cut = events_of("{\"type\":\"output\",\"index\":1,\"text\":\"}\n");
  REQUIRE(cut.size() == 1);
  CHECK(std::holds_alternative<BadLine>(cut[0]));
}
