#include "task_heading.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost::parsing;

namespace {

struct Row {
  std::string heading;
  std::string id;  ///< empty: no task
  std::string title;
  std::string status;
};

}  // namespace

TEST_CASE("the headings of every dialect give id, title and status") {
  const std::vector<Row> rows = {
      {"Task 3.1: Paint the door", "3.1", "Paint the door", ""},
      {"Task 3.10: Paint it again", "3.10", "Paint it again", ""},
      {"Task 4.5.2: Move the `old` parts", "4.5.2", "Move the `old` parts", ""},
      {"Task 0.1: Begin", "0.1", "Begin", ""},
      {"Task 5b.1: Look", "5b.1", "Look", ""},
      {"Task 3a.12: Look", "3a.12", "Look", ""},
      {"Task 4.1b: Look", "4.1b", "Look", ""},
      {"Task M4.1: Look", "M4.1", "Look", ""},
      {"Task A.1: Look", "A.1", "Look", ""},
      {"Task 7: No dot", "7", "No dot", ""},
      {"TASK 2.1: LOUD", "2.1", "LOUD", ""},
      {"task\t2.1:quiet", "2.1", "quiet", ""},
      {"Task 1.2 \xe2\x80\x94 Em dash", "1.2", "Em dash", ""},
      {"Task 1.2 \xe2\x80\x93 En dash", "1.2", "En dash", ""},
      {"Task 1.2 - Hyphen", "1.2", "Hyphen", ""},
      {"3.1 Task 0.1: With a section number", "0.1", "With a section number", ""},
      {"3. Task 0.1: With a section number", "0.1", "With a section number", ""},
      {"\xe2\x9c\x85 Task 1.1 \xe2\x80\x93 Marked", "1.1", "Marked", "completed"},
      {"\xf0\x9f\x94\xa7 Task 1.1.1 \xe2\x80\x93 Marked", "1.1.1", "Marked", ""},
      {"**Task 8 (REVISED): Bold**", "8", "Bold", "revised"},
      {"**Task 8.1:** Bold label", "8.1", "Bold label", ""},
      {"**Task 8.1**: Bold label", "8.1", "Bold label", ""},
      {"Task 2.2 (2 hours): With a remark", "2.2", "With a remark", ""},
      {"Task 1.5: Build it \xe2\x9c\x85 **COMPLETED**", "1.5", "Build it", "completed"},
      {"Task 1.5: Build it \xe2\x9c\x85", "1.5", "Build it", "completed"},
      {"Task 1.5: Build it (DONE)", "1.5", "Build it", "completed"},
      {"Task 1.5: Build it - COMPLETE", "1.5", "Build it", "completed"},
      {"Task 1.5: Set the state to DONE", "1.5", "Set the state to DONE", ""},
      {"Task 1.5: Wait until all is complete", "1.5", "Wait until all is complete", ""},
      {"Task 1.6: Split: and join: again", "1.6", "Split: and join: again", ""},
      {"Task 1.7: Take **kwargs and **options", "1.7", "Take **kwargs and **options", ""},
      {"Task 1.7: Keep `a ** b` and **this** word", "1.7", "Keep `a ** b` and this word", ""},
      {"Task 1.7: Fill __init__ and M*_x.md", "1.7", "Fill __init__ and M*_x.md", ""},
      {"**Task 1.7: Keep **this** word**", "1.7", "Keep this word", ""},
      {"Task 1.8: Add a command (CODING)", "1.8", "Add a command (CODING)", ""},
      {"Task 1.9:", "1.9", "", ""},
      {"[Task 1.10: link](x)", "1.10", "link", ""},
      {"**[Task 1.10: [P] bold link](a/b.md#c)** \xe2\x9c\x85", "1.10", "[P] bold link", "completed"},
      {"[ ] Task 1.10: Read [it](x)", "1.10", "Read [it](x)", ""},
      {"[Task 1.10: no link", "1.10", "no link", ""},
      {"Tasks 1.1-1.4: Several", "", "", ""},
      {"Task 1.1-1.4: Several", "", "", ""},
      {"Task 3.1 Complete: A hand-off", "", "", ""},
      {"Task 3.1", "", "", ""},
      {"Task list: what to do", "", "", ""},
      {"Task Categories: all", "", "", ""},
      {"Subtask 3.1: No", "", "", ""},
      {"The Task 3.1: No", "", "", ""},
      {"Task 3.1abc: No", "", "", ""},
      {"Taskforce 3: No", "", "", ""},
      {"", "", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.heading);
    const auto heading = match_task_heading(row.heading).heading;
    REQUIRE(heading.has_value() == !row.id.empty());
    if (!heading) continue;
    CHECK(heading->id == row.id);
    CHECK(heading->title == row.title);
    CHECK(heading->status_hint == row.status);
    CHECK_FALSE(heading->struck);
  }
}

TEST_CASE("a title of megabytes is read without cleaning it") {
  const std::string title = std::string(1 << 20, 'x') + " **y** z";
  CHECK(match_task_heading("Task 1.1: " + title).heading->title == title);
}

TEST_CASE("a struck-out heading is told from a live one") {
  const auto heading =
      match_task_heading("~~TASK 1.6: Old idea~~ \xe2\x86\x92 **MOVED TO PHASE 2 (Task 2.4)**").heading;
  REQUIRE(heading);
  CHECK(heading->id == "1.6");
  CHECK(heading->struck);
  CHECK_FALSE(match_task_heading("Task 1.7: Drop the ~~old~~ path").heading->struck);
}

TEST_CASE("a heading that is nearly a task says what is missing") {
  CHECK(match_task_heading("Task 3.1 Title").miss == TaskHeadingMiss::no_separator);
  CHECK(match_task_heading("Task 3.1-3.4: Title").miss == TaskHeadingMiss::range);
  CHECK(match_task_heading("Task " + std::string(65, '1') + ": x").miss == TaskHeadingMiss::id_too_long);
  CHECK(match_task_heading("Task " + std::string(64, '1') + ": x").heading);
  CHECK(match_task_heading("Notes").miss == TaskHeadingMiss::none);
}

TEST_CASE("ids continue each other part by part") {
  CHECK(continues_ids("3.4", "3.5"));
  CHECK(continues_ids("3.9", "3.10"));
  CHECK(continues_ids("4.1", "4.1b"));
  CHECK(continues_ids("4.1b", "4.2"));
  CHECK(continues_ids("7", "8"));
  CHECK_FALSE(continues_ids("3.4", "3.6"));
  CHECK_FALSE(continues_ids("3.4", "4.5"));
  CHECK_FALSE(continues_ids("3.4", "3.4"));
  CHECK_FALSE(continues_ids("3.1", "3.1.2"));
}
