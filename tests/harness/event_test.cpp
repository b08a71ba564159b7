#include "milepost/harness/event.hpp"

#include <doctest/doctest.h>

using namespace milepost;

TEST_CASE("a tool call is a live line with its name and what it touches") {
  CHECK(live_line(ToolCall{"1", "Edit", "src/a.cpp"}) == "→ Edit src/a.cpp");
  CHECK(live_line(ToolCall{"1", "Bash", "make\n test"}) == "→ Bash make test");
  CHECK(live_line(ToolCall{"1", "Stop", ""}) == "→ Stop");
}

TEST_CASE("F31: live lines cannot act on a terminal") {
  const std::string line = live_line(ToolCall{"1", "Bash", "echo \x1b[2J\x07 and\nmore\r"});
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line.find('\r') == std::string::npos);
  CHECK(live_line(AgentText{"\x1b]0;title\x07"}).find('\x1b') == std::string::npos);
  CHECK(live_line(Notice{"output", "a\x1b[31m"}).find('\x1b') == std::string::npos);
}

TEST_CASE("a long text becomes one short line") {
  CHECK(live_line(AgentText{std::string(5000000, 'a')}).size() < 200);
}

TEST_CASE("the result block is no live line") {
  CHECK(live_line(AgentText{"Written.\n\n```milepost\n{}\n```\n"}) == "· Written.");
  CHECK(live_line(AgentText{"```milepost\n{}\n```\n"}).empty());
}

TEST_CASE("only failures of tools are worth a line") {
  CHECK(live_line(ToolResult{"1", false, "ok"}).empty());
  CHECK(live_line(ToolResult{"1", true, "exit 3"}) == "✗ exit 3");
}

TEST_CASE("a retry says why, which try and how long") {
  ApiRetry retry;
  retry.attempt = 2;
  retry.max_attempts = 10;
  retry.delay = Milliseconds(850);
  retry.http_status = 429;
  retry.kind = "rate_limit";
  CHECK(live_line(retry) == "… the model's service failed (HTTP 429 rate_limit); try 2 of 10 in 850 ms");
}

TEST_CASE("events that say nothing to a person have no line") {
  CHECK(live_line(SessionStarted{}).empty());
  CHECK(live_line(AgentThinking{"hm"}).empty());
  CHECK(live_line(UnknownEvent{"x"}).empty());
  CHECK(live_line(BadLine{"x"}).empty());
  CHECK(live_line(ResultEvent{}).empty());
  CHECK(live_line(AgentText{" \n"}).empty());
}
