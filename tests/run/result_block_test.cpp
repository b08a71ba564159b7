#include "milepost/run/result_block.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using Status = ResultBlock::Status;

namespace {

struct Found {
  std::optional<ResultBlock> block;
  std::string problem;
};

Found find(const std::string& text) {
  Found found;
  found.problem = "left over from before";
  found.block = find_result_block(text, found.problem);
  return found;
}

std::string fenced(const std::string& json) {
  return "```milepost\n" + json + "\n```\n";
}

}  // namespace

TEST_CASE("the block at the end of an answer is read whole") {
  const Found found =
      find("All done.\n\n```sh\nmake\n```\n\n" + fenced(R"({"status": "completed", "summary": "Valve opens.",
        "decisions": ["brass", "left-handed"], "next_task_notes": "Mind the spring.", "mood": 7})") +
           "\nBye.\n");
  REQUIRE(found.block);
  CHECK(found.block->status == Status::completed);
  CHECK(found.block->summary == "Valve opens.");
  CHECK(found.block->decisions == std::vector<std::string>{"brass", "left-handed"});
  CHECK(found.block->next_task_notes == "Mind the spring.");
  CHECK_FALSE(found.block->question);
  CHECK(found.problem.empty());
}

TEST_CASE("a question comes with its options and a recommendation") {
  const Found found = find(fenced(
      R"({"status":"needs-human","question":"Which way?","options":["left","right"],"recommendation":"left"})"));
  REQUIRE(found.block);
  CHECK(found.block->status == Status::needs_human);
  CHECK(found.block->question->text == "Which way?");
  CHECK(found.block->question->options == std::vector<std::string>{"left", "right"});
  CHECK(found.block->question->recommendation == "left");
}

TEST_CASE("a completed task asks nothing, whatever the question key says") {
  CHECK_FALSE(find(fenced(R"({"status":"completed","question":"none"})")).block->question);
  CHECK_FALSE(find(fenced(R"({"status":"completed","question":null,"options":null})")).block->question);
}

TEST_CASE("the shapes of a block that are understood") {
  const std::string json = R"({"status":"failed"})";
  for (const std::string& text : std::vector<std::string>{
           "~~~milepost\n" + json + "\n~~~", "````milepost\n" + json + "\n````",
           "```milepost json\n" + json + "\n```", "``` milepost\r\n" + json + "\r\n```\r\n",
           "1. Result:\n\n   ```milepost\n   " + json + "\n   ```", "```milepost\n" + json,
           "```bash\nmake\n\n```milepost\n" + json + "\n```",
           "````\nnever closed\n```milepost\n" + json + "\n```",
           "```milepost\n{\n\"status\":\n\"Failed\"}\n```"}) {
    CAPTURE(text);
    const Found found = find(text);
    REQUIRE(found.block);
    CHECK(found.block->status == Status::failed);
  }
}

TEST_CASE("the last of several blocks counts") {
  CHECK(
      find(fenced(R"({"status":"failed"})") + "wait\n" + fenced(R"({"status":"completed"})")).block->status ==
      Status::completed);
  const Found broken = find(fenced(R"({"status":"completed"})") + "wait\n" + fenced("{oops"));
  CHECK_FALSE(broken.block);
  CHECK(broken.problem == "the milepost block is not valid JSON");
}

TEST_CASE("the template of the prompt does not count") {
  const std::string quoted = fenced(R"({"status": "<status>", "summary": "<one paragraph>"})");
  CHECK_FALSE(find("You asked for\n" + quoted).block);
  CHECK(find(quoted).problem.find("placeholder") != std::string::npos);
  CHECK(find(fenced(R"({"status":"completed"})") + "as you asked:\n" + quoted).block->status ==
        Status::completed);
}

TEST_CASE("a block quoted inside a longer fence is a quotation") {
  const Found found = find("````markdown\n" + fenced(R"({"status":"completed"})") + "````\nThat is how.\n");
  CHECK_FALSE(found.block);
  CHECK(found.problem == "the answer has no milepost block");
}

TEST_CASE("a broken block gives nothing and says why") {
  const std::pair<const char*, const char*> table[] = {
      {"", "the milepost block is not valid JSON"},
      {"{\"status\":\"completed\"} thanks", "the milepost block is not valid JSON"},
      {"{\"status\":\"completed\"}{}", "the milepost block is not valid JSON"},
      {"{'status':'completed'}", "the milepost block is not valid JSON"},
      {"[\"completed\"]", "the milepost block is not a JSON object"},
      {"{}", "the milepost block has no \"status\""},
      {"{\"status\":true}", "the milepost block has no \"status\""},
      {"{\"status\":\"completed|failed\"}",
       "the milepost block has the status 'completed|failed'; it is completed, needs_human or failed"},
      {"{\"status\":\"failed\",\"status\":\"completed\"}", "the milepost block has \"status\" twice"},
      {"{\"status\":\"completed\",\"summary\":1}", "\"summary\" of the milepost block is not a text"},
      {"{\"status\":\"completed\",\"decisions\":\"x\"}",
       "\"decisions\" of the milepost block is not a list of texts"},
      {"{\"status\":\"completed\",\"decisions\":[1]}",
       "\"decisions\" of the milepost block is not a list of texts"},
      {"{\"status\":\"needs_human\"}", "the milepost block needs a person but has no \"question\""},
  };
  for (const auto& row : table) {
    CAPTURE(row.first);
    const Found found = find(fenced(row.first));
    CHECK_FALSE(found.block);
    CHECK(found.problem == row.second);
  }
}

TEST_CASE("an answer without any block says so") {
  for (const char* text : {"", "I am done.", "```json\n{\"status\":\"completed\"}\n```",
                           "The status: all tests pass.", "E2E_STATUS: completed", "STATUS: <status>",
                           "STATUS: completed|failed|needs_human", "mystatus: completed"}) {
    CAPTURE(text);
    const Found found = find(text);
    CHECK_FALSE(found.block);
    CHECK(found.problem == "the answer has no milepost block");
  }
}

TEST_CASE("the older markers are understood in any dress") {
  for (const char* text :
       {"STATUS: completed", "done\nstatus: Completed\nbye", "**STATUS:** completed", "- `STATUS: completed`",
        "## Status: completed", "STATUS: failed\nSTATUS: completed", "```\nSTATUS: completed\n```"}) {
    CAPTURE(text);
    REQUIRE(find(text).block);
    CHECK(find(text).block->status == Status::completed);
  }
  CHECK(find("STATUS: needs-human\nQUESTION: q?").block->status == Status::needs_human);
}

TEST_CASE("an older question has options and a recommendation in lines") {
  const Found found = find(
      "STATUS: needs_human\n"
      "QUESTION: Which thread\n"
      "does the valve have?\n"
      "\n"
      "OPTIONS:\n"
      "- metric\n"
      "* imperial\n"
      "1. ask the maker\n"
      "b) guess\n"
      "\n"
      "RECOMMENDATION: metric, for\n"
      "the pump has it too.\n"
      "\n"
      "Thanks.\n");
  REQUIRE(found.block);
  CHECK(found.block->question->text == "Which thread\ndoes the valve have?");
  CHECK(found.block->question->options ==
        std::vector<std::string>{"metric", "imperial", "ask the maker", "guess"});
  CHECK(found.block->question->recommendation == "metric, for\nthe pump has it too.");
}

TEST_CASE("an older marker without its question gives nothing") {
  const Found found = find("STATUS: needs_human\n");
  CHECK_FALSE(found.block);
  CHECK(found.problem == "the answer says STATUS: needs_human but has no QUESTION:");
}

TEST_CASE("a block wins over markers beside it") {
  CHECK(find("STATUS: failed\n" + fenced(R"({"status":"completed"})")).block->status == Status::completed);
  CHECK_FALSE(find("STATUS: completed\n" + fenced("{oops")).block);
}

TEST_CASE("a runaway block is bounded and stays valid UTF-8") {
  const Found found =
      find(fenced(R"({"status":"completed","summary":")" + std::string(19'999, 'x') + "éé\"}"));
  REQUIRE(found.block);
  CHECK(found.block->summary.size() == 19'999);
  CHECK_FALSE(
      find(fenced(R"({"status":"completed","summary":")" + std::string(2'000'000, 'x') + "\"}")).block);
  CHECK_FALSE(find(fenced(std::string(500'000, '['))).block);
}

TEST_CASE("many fences are read in time that grows with the text only") {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "```" + std::string(static_cast<std::size_t>(i % 7), '`') + "a\n";
  CHECK_FALSE(find(text).block);
}

TEST_CASE("how a scenario went stands in the block, or in the older markers") {
  std::string problem;
  const auto block = find_result_block(
      "```milepost\n{\"status\": \"completed\", \"summary\": \"ran it\", \"e2e\": {\"status\": \"failed\", "
      "\"diagnosis\": \"no greeting\", \"fixable\": true, \"fix_plan\": \"print it\"}}\n```\n",
      problem);
  REQUIRE(block);
  REQUIRE(block->scenario);
  CHECK(block->scenario->status == ScenarioStatus::failed);
  CHECK(block->scenario->fixable);
  CHECK(block->scenario->fix_plan == "print it");

  const auto markers = find_result_block(
      "E2E_STATUS: failed\nDIAGNOSIS: no greeting\nin the output\nFIXABLE: yes\nFIX_PLAN: print it\n",
      problem);
  REQUIRE(markers);
  REQUIRE(markers->scenario);
  CHECK(markers->scenario->status == ScenarioStatus::failed);
  CHECK(markers->scenario->diagnosis == "no greeting\nin the output");
  CHECK(markers->scenario->fixable);
}

TEST_CASE("a scenario's result that says nothing is told, not guessed") {
  std::string problem;
  CHECK_FALSE(find_result_block(
      "```milepost\n{\"status\": \"completed\", \"e2e\": {\"status\": \"fine\"}}\n```\n", problem));
  CHECK(problem.find("passed, failed or unclear") != std::string::npos);
}

TEST_CASE("notes for the plan's documents are read in whatever form they are given") {
  const Found found = find(fenced(R"({"status": "completed", "summary": "Done.",
      "gotchas": ["the spring", "", "None."], "issues": "none", "deviations": "left the valve out",
      "provides": [1, "a gauge"], "tags": {"a": 1}, "subsystem": "valves", "next_phase": ["one", "two"],
      "file_notes": {"src/a.c": "reads twice", "src/b.c": 7}})"));
  REQUIRE(found.block);
  const WorkNotes& notes = found.block->notes;
  CHECK(notes.gotchas == std::vector<std::string>{"the spring"});
  CHECK(notes.issues.empty());
  CHECK(notes.deviations == std::vector<std::string>{"left the valve out"});
  CHECK(notes.provides == std::vector<std::string>{"a gauge"});
  CHECK(notes.tags.empty());
  CHECK(notes.subsystem == "valves");
  CHECK(notes.next_phase == "one\ntwo");
  REQUIRE(notes.file_notes.size() == 1);
  CHECK(notes.file_notes[0].path == "src/a.c");
  CHECK(notes.file_notes[0].note == "reads twice");
}
