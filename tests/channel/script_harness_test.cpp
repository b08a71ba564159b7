#include "milepost/process/process.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;

namespace {

RunResult run_blocks(std::string_view blocks) {
  HostCommand command;
  command.argv = {MILEPOST_SCRIPT_HARNESS, "--session", "s-1"};
  return run_process(command, {}, blocks);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("shell blocks run one after the other and every step is an event") {
  const RunResult result = run_blocks(std::string_view("echo one\0echo \"two\\\\\" >&2\n", 26));
  CHECK(result.status.code == 0);
  CHECK(result.err == "");
  CHECK(contains(result.out, R"({"type":"start","session_id":"s-1","version":")"));
  CHECK(contains(result.out, R"(
{"type":"block","index":1,"command":"echo one"}
{"type":"output","index":1,"text":"one"}
{"type":"block_end","index":1,"exit_code":0}
{"type":"block","index":2,"command":"echo \"two\\\\\" >&2\n"}
{"type":"output","index":2,"text":"two\\"}
{"type":"block_end","index":2,"exit_code":0}
{"type":"result","ok":true,"session_id":"s-1","text":"```milepost\n{\"status\": \"completed\", \"summary\": \"ran 2 shell blocks\"}\n```\n","blocks":2}
)"));
}

TEST_CASE("the first block that fails ends the run") {
  const RunResult result = run_blocks(std::string_view("true\0false | true\0echo never", 28));
  CHECK(result.status.code == 1);
  CHECK_FALSE(contains(result.out, "never"));
  CHECK(contains(result.out, R"("ok":false)"));
  CHECK(contains(result.out,
                 R"(\"status\": \"failed\", \"summary\": \"shell block 2 of 3 ended with exit code 1\")"));
}

TEST_CASE("a task without shell blocks has failed, but the harness has not") {
  const RunResult result = run_blocks(std::string_view(" \n\0", 3));
  CHECK(result.status.code == 0);
  CHECK(contains(result.out, R"("ok":true)"));
  CHECK(
      contains(result.out, R"(\"status\": \"failed\", \"summary\": \"the task has no shell block to run\")"));
}

TEST_CASE("a milepost block that a script prints is the result") {
  const RunResult result =
      run_blocks("printf '%s\\n' before '```milepost' '{\"status\": \"needs_human\"}' '```'");
  CHECK(result.status.code == 0);
  CHECK(contains(result.out, R"("text":"```milepost\n{\"status\": \"needs_human\"}\n```\n")"));
  CHECK_FALSE(contains(result.out, "ran 1 shell block"));
}

TEST_CASE("output that is not text stays valid JSON on one line") {
  const RunResult result = run_blocks("printf 'a\\xffb\\xed\\xa0\\x80\\x01\\x1b[0m\\r\\xc3\\xa9'");
  CHECK(contains(result.out,
                 "\"text\":\"a\xEF\xBF\xBD"
                 "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\\u0001\\u001b[0m\\u000d\xC3\xA9\"}\n"));
}

TEST_CASE("a long line comes in pieces that are cut between characters") {
  const RunResult result = run_blocks("printf 'x'; for i in {1..5000}; do printf '\\xc3\\xa9'; done");
  CHECK_FALSE(contains(result.out, "\xEF\xBF\xBD"));
  std::size_t pieces = 0;
  for (std::size_t at = result.out.find("\"output\""); at != std::string::npos;
       at = result.out.find("\"output\"", at + 1))
    ++pieces;
  CHECK(pieces == 2);
}

TEST_CASE("F23: a background process of a block does not hold up the next") {
  const RunResult result = run_blocks(std::string_view("sleep 1000 & echo $!\0echo next", 30));
  CHECK(result.status.code == 0);
  CHECK(contains(result.out, R"("text":"next")"));
}
