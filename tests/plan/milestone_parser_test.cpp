#include "milepost/plan/parse.hpp"

#include "e2e_section.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;

namespace {

Plan parse(const std::string& text, const std::string& path = "M3_doors.md") {
  return parse_plan(text, path);
}

std::string ids_of(const std::vector<TaskId>& ids) {
  std::string text;
  for (const TaskId& id : ids) text += (text.empty() ? "" : " ") + id.value;
  return text;
}

std::string codes_of(const Plan& plan) {
  std::string text;
  for (const Diagnostic& diagnostic : plan.diagnostics)
    text += (text.empty() ? "" : " ") + diagnostic.code + "@" + std::to_string(diagnostic.at.line);
  return text;
}

std::string with_line_ends(const std::string& text, const std::string& line_end) {
  std::string changed;
  for (const char c : text) changed += c == '\n' ? line_end : std::string(1, c);
  return changed;
}

}  // namespace

TEST_CASE("a task's body is its bytes from the heading to its last line with content") {
  const std::string task = "##  Task 1.1: a  \n\ttabbed \n\n```\n---\n\n```\n### Notes\nend  ";
  const Plan plan = parse("# M1: T\n" + task + "\n\n---\n\n***\n## Task 1.2: b\n");
  REQUIRE(plan.tasks.size() == 2);
  CHECK(plan.tasks[0].body == task);
  CHECK(plan.tasks[0].at.line == 2);
  CHECK(plan.tasks[0].at.end_line == 10);
  CHECK(plan.tasks[1].body == "## Task 1.2: b");
}

TEST_CASE("text behind a separator still belongs to the task; a section of its level does not") {
  const Plan plan = parse("# M1: T\n## Task 1.1: a\nx\n\n---\n\ny\n## Notes\nz\n### Task 9.9: no\n");
  REQUIRE(plan.tasks.size() == 1);
  CHECK(plan.tasks[0].body == "## Task 1.1: a\nx\n\n---\n\ny");
}

TEST_CASE("LF, CRLF and CR files give the same tasks") {
  const std::string text =
      "---\ndesign: D.md\n---\n# Milestone 3: Doors\n**Builds on:** M2\n## Task 3.1: a\n**File:** `a.py`\n"
      "**Type:** RESEARCH\n**Description:**\none\ntwo\n**Acceptance Criteria:**\n- [ ] x\n*Smoke "
      "Test:*\n```bash\nmake\nls\n```\n"
      "## E2E Test\n```bash\nrun\n```\n";
  const Plan lf = parse(text);
  for (const std::string line_end : {"\r\n", "\r"}) {
    const Plan other = parse(with_line_ends(text, line_end));
    REQUIRE(other.tasks.size() == 1);
    const Task& a = lf.tasks[0];
    const Task& b = other.tasks[0];
    CHECK(a.id == b.id);
    CHECK(a.title == b.title);
    CHECK(a.files == b.files);
    CHECK(a.kind == b.kind);
    CHECK(a.description == b.description);
    CHECK(b.smoke_commands.at(0).run == "make\nls\n");
    CHECK(a.acceptance.at(0).text == b.acceptance.at(0).text);
    CHECK(a.content_hash == b.content_hash);
    CHECK(a.at.line == b.at.line);
    CHECK(b.body == with_line_ends(a.body, line_end));
    CHECK(other.title == "Doors");
    CHECK(other.depends_on == lf.depends_on);
    CHECK(other.meta == lf.meta);
    CHECK(other.e2e.at(0).blocks == lf.e2e.at(0).blocks);
  }
}

TEST_CASE("an edited task has another hash and leaves the others alone") {
  const Plan before = parse("# M1: T\n## Task 1.1: a\nx\n## Task 1.2: b\ny\n");
  const Plan after = parse("# M1: T\nnew line\n## Task 1.1: a\nX\n## Task 1.2: b\ny\n\n");
  CHECK(before.tasks[0].content_hash != after.tasks[0].content_hash);
  CHECK(before.tasks[1].content_hash == after.tasks[1].content_hash);
}

TEST_CASE("each task depends on the one before and on those it names") {
  const Plan plan = parse(
      "# M3: T\n## Task 3.1: a\n## Task 3.2: b\n## Task 3.10: c\n**Depends on:** Task 3.1\n## Task 3.11: d\n"
      "**Depends On:** Tasks 3.1, 3.2 and 3.10\n## Task 3.12: e\n**Depends on:** 3.2, 3.1\n## Task 3.13: f\n"
      "**Depends on:** M2 and the network\n**Dependencies:** None\n");
  REQUIRE(plan.tasks.size() == 6);
  CHECK(ids_of(plan.tasks[0].depends_on) == "");
  CHECK(ids_of(plan.tasks[1].depends_on) == "3.1");
  CHECK(ids_of(plan.tasks[2].depends_on) == "3.2 3.1");
  CHECK(ids_of(plan.tasks[3].depends_on) == "3.10 3.1 3.2");
  CHECK(ids_of(plan.tasks[4].depends_on) == "3.11 3.2 3.1");
  CHECK(ids_of(plan.tasks[5].depends_on) == "3.12");
  CHECK(plan.diagnostics.empty());
}

TEST_CASE("an unknown, own or later task as dependency is an error where it stands") {
  const Plan plan = parse(
      "# M3: T\n## Task 3.1: a\n\n**Depends on:** Task 3.1\n## Task 3.2: b\n**Depends on:** Task 3.3\n## "
      "Task 3.3: c\n"
      "**Depends on:** Task 3.44\n");
  CHECK(codes_of(plan) == "self-dependency@4 dependency-cycle@6 unknown-dependency@8");
  CHECK(has_errors(plan.diagnostics));
  CHECK(plan.diagnostics[2].remedy.find("did you mean 3.") == 0);
}

TEST_CASE("F58: a duplicate id is an error; 3.10 is not 3.1") {
  const Plan plan = parse("# M3: T\n## Task 3.1: a\n## Task 3.10: b\n## Task 3.1: c\n");
  CHECK(codes_of(plan) == "duplicate-id@4");
  REQUIRE(plan.find(TaskId("3.10")) != nullptr);
  CHECK(plan.find(TaskId("3.10"))->title == "b");
  CHECK(plan.find(TaskId("3.100")) == nullptr);
}

TEST_CASE("smoke tests are told from other shell blocks") {
  const Plan plan = parse(
      "# M1: T\n## Task 1.1: a\n```bash\nsetup\n```\n*Unit Tests:*\n```sh\nunit\n```\n*Smoke "
      "Test:*\n```bash\none\n```\ntext\n"
      "```shell\ntwo\n```\n```console\n$ no\n```\n```python\nno\n```\n```\nno\n```\n**Notes:**\n```bash "
      "{.x}\nafter\n```\n"
      "#### Smoke Tests\n  ```bash\n  three\n    four\n  ```\n**Smoke Test:** run it\n```bash\n# nothing "
      "yet\n\n```\n");
  const Task& task = plan.tasks.at(0);
  std::vector<std::string> smoke;
  for (const PlanCommand& command : task.smoke_commands) smoke.push_back(command.run);
  CHECK(smoke == std::vector<std::string>{"one\n", "two\n", "three\n  four\n"});
  CHECK(task.shell_blocks == std::vector<std::string>{"setup\n", "unit\n", "after\n"});
  CHECK(task.smoke_commands[0].at.line == 11);
  CHECK(codes_of(plan) == "empty-smoke-test@37");
}

TEST_CASE("shell in a nested example is no command") {
  const Plan plan = parse("# M1: T\n## Task 1.1: a\n````markdown\n```bash\nrm -r x\n```\n````\n");
  CHECK(plan.tasks.at(0).shell_blocks.empty());
}

TEST_CASE("acceptance criteria are the top-level items with what belongs to them") {
  const Plan plan = parse(
      "# M1: T\n## Task 1.1: a\n**Acceptance Criteria:**\n\n- [ ] one\n  goes on\n- [x] two\n  - part\n- "
      "three\n```\n- [ ] no\n```\n"
      "**Notes:**\n- [ ] no\n");
  const std::vector<Criterion>& criteria = plan.tasks.at(0).acceptance;
  REQUIRE(criteria.size() == 3);
  CHECK(criteria[0].text == "one goes on");
  CHECK_FALSE(criteria[0].ticked);
  CHECK(criteria[1].text == "two\n- part");
  CHECK(criteria[1].ticked);
  CHECK(criteria[2].text == "three");
}

TEST_CASE("estimate, condition and description are text") {
  const Plan plan = parse(
      "# M1: T\n## Task 1.1: a\n**Estimated time:** 2-3 hours\n**Trigger:** Only if Task 1.0 "
      "found\nsomething.\n"
      "**What:** Do it.\n");
  CHECK(plan.tasks.at(0).estimate == "2-3 hours");
  CHECK(plan.tasks[0].condition == "Only if Task 1.0 found\nsomething.");
  CHECK(plan.tasks[0].description == "Do it.");
}

TEST_CASE("the header gives id, title, goal, branch, milestones and front matter") {
  const Plan plan = parse(
      "---\ndesign: ../D.md\nlist: [a, b]\n---\n\n# Milestone 4.5: **Doors** and `x`\n\n**Branch:** "
      "`feature/doors` (new)\n"
      "**Builds on:** M2 (walls), M4\n**Depends On:** M3 — beside M9\n**Prerequisites:** M1 and M2 complete, "
      "a tool\n\n## Goal\n\n"
      "Doors that\nopen.\n\nMore.\n\n## Task 1.1: a\n**Depends on:** M8\n",
      "x.md");
  CHECK(plan.id == "M4.5");
  CHECK(plan.title == "Doors and `x`");
  CHECK(plan.goal == "Doors that open.");
  CHECK(plan.branch == "feature/doors");
  CHECK(plan.depends_on == std::vector<std::string>{"M2", "M4", "M3"});
  CHECK(plan.soft_depends_on == std::vector<std::string>{"M1"});
  CHECK(plan.meta.at("design") == "../D.md");
  CHECK(plan.meta.at("list") == "a, b");
}

TEST_CASE("a milestone does not depend on itself") {
  CHECK(parse("# M3: T\n**Depends on:** M1-M3\n## Task 3.1: a\n").depends_on ==
        std::vector<std::string>{"M1", "M2"});
}

TEST_CASE("the id comes from the title, else from the file name, else it is the stem") {
  CHECK(parse("# M7: T\n## Task 1: a\n", "d/M3_x.md").id == "M7");
  CHECK(parse("# Test Milestone: T\n## Task 1: a\n", "d/PLAN_v2_M3_x.md").id == "M3");
  CHECK(parse("# T\n## Task 1: a\n", "d/doors.md").id == "doors");
  CHECK(parse("## Task 1: a\n", "d/doors.md").title == "doors");
  CHECK(parse("```\n# M9: no\n```\nMilestone 4: T\n====\n## Task 1: a\n", "d/doors.md").id == "M4");
}

TEST_CASE("end-to-end headings are told from those that look alike") {
  using parsing::is_e2e_heading;
  for (const std::string heading :
       {"E2E Test Scenario", "E2E Validation", "E2E Test", "E2E Verification", "E2E Regression Test",
        "E2E Verification Scenario", "E2E Full Training Test", "e2e test", "**E2E Test**",
        "E2E Test: doors open", "E2E Test (by hand)", "E2E Test \xe2\x80\x94 doors open",
        "\xf0\x9f\xa7\xaa E2E Tests"}) {
    CAPTURE(heading);
    CHECK(is_e2e_heading(heading));
  }
  for (const std::string heading :
       {"E2E Test Gap", "E2E Test Results", "Milestone 5: E2E Integration + Dashboard",
        "New Test Specification (from e2e-test-architect)", "E2E", "Run the E2E Test", "Task 4.5: E2E Test",
        ""}) {
    CAPTURE(heading);
    CHECK_FALSE(is_e2e_heading(heading));
  }
}

TEST_CASE("end-to-end sections outside tasks are kept in order with text and blocks") {
  const Plan plan = parse(
      "# M1: T\n## E2E Test Scenario\n\nFirst.\n```bash\none\n```\n```\ntwo\n```\n\n---\n\n## Task 1.1: "
      "a\n### E2E Test\ninside\n"
      "## Checks\n### E2E Verification\nLater.\n### More\nno\n");
  REQUIRE(plan.e2e.size() == 2);
  CHECK(plan.e2e[0].heading == "E2E Test Scenario");
  CHECK(plan.e2e[0].text == "First.\n```bash\none\n```\n```\ntwo\n```");
  CHECK(plan.e2e[0].blocks == std::vector<std::string>{"one\n", "two\n"});
  CHECK(plan.e2e[0].at.line == 2);
  CHECK(plan.e2e[1].heading == "E2E Verification");
  CHECK(plan.e2e[1].text == "Later.");
}

TEST_CASE("a struck-out task is left out with a note") {
  const Plan plan = parse("# M1: T\n## Task 1.1: a\n## ~~Task 1.2: b~~ moved\nx\n## Task 1.3: c\n");
  REQUIRE(plan.tasks.size() == 2);
  CHECK(plan.tasks[0].body == "## Task 1.1: a");
  CHECK(ids_of(plan.tasks[1].depends_on) == "1.1");
  CHECK(codes_of(plan) == "struck-task@3");
}

TEST_CASE("headings that are nearly tasks are told") {
  const Plan plan = parse(
      "# M1: T\n## Task 1.1: a\n## Task 1.2 b\n## Task 1.3-1.5: c\n# Task 1.6: d\n```\n## Task 1.7 e\n```\n");
  CHECK(plan.tasks.size() == 1);
  CHECK(codes_of(plan) == "not-a-task@3 not-a-task@4 not-a-task@5");
}

TEST_CASE("headings that are meant as tasks and have no id are told") {
  for (const char* heading :
       {"## Task A: Alpha", "## Task: no id", "## Task #1.8: hash", "##Task 1.12: nospace", "##Task: both",
        "## Task --help: C", "## Task Alpha: x", "## **Task**: bold", "### Task 1.3: h3", "### Task B: h3",
        "## \xe2\x9c\x85 Task #4"}) {
    CAPTURE(heading);
    const Plan plan = parse("# M1: T\n## Task 1.1: a\n" + std::string(heading) + "\n");
    CHECK(plan.tasks.size() == 1);
    CHECK(codes_of(plan) == "not-a-task@3");
  }
}

TEST_CASE("headings of prose about tasks, and parts of a task, are no lost tasks") {
  for (const char* heading :
       {"## Task Summary", "## Tasks", "## Tasks: all", "## Task Breakdown", "## Task Dependencies",
        "## Task", "## Task list: what to do", "## Task-based: x", "## Taskforce: x", "## The Task: x",
        "#task 1.2: a tag", "### Task 1.1.2: a part", "### Task 1.1b: a part", "##### Task A: deep",
        "# Task: a title", "### ~~Task 1.2: struck~~", "    ##Task 1.2: code",
        "## Task order and waves: three"}) {
    CAPTURE(heading);
    CHECK(codes_of(parse("# M1: T\n## Task 1.1: a\n" + std::string(heading) + "\n")).empty());
  }
}

TEST_CASE("a file outside the code folder is told where it stands") {
  const Plan plan = parse("# M1: T\n## Task 1.1: a\n\n**Files:** `/etc/passwd`, `ok.py`, `../../x`\n");
  CHECK(codes_of(plan) == "path-escapes@4 path-escapes@4");
  CHECK_FALSE(has_errors(plan.diagnostics));
}

TEST_CASE("a plan without tasks, title or with an empty task title says so") {
  CHECK(codes_of(parse("# M1: T\ntext\n")) == "no-tasks@1");
  CHECK(has_errors(parse("").diagnostics));
  CHECK(codes_of(parse("## Task 1.1:\n")) == "no-title@1 empty-title@1");
}

TEST_CASE("diagnostics come in file order") {
  const Plan plan = parse(
      "---\na: \"\\d\"\n---\n# M1: T\n## ~~Task 1.0: z~~\n## Task 1.1: a\n**File:** `/x`\n## Task 1.1: b\n## "
      "Task 2\n");
  CHECK(codes_of(plan) == "unknown-escape@2 struck-task@5 path-escapes@7 duplicate-id@8 not-a-task@9");
}

TEST_CASE("the 501st task is an error and not read") {
  std::string text = "# M1: T\n";
  for (int i = 0; i < 502; ++i) text += "## Task 1." + std::to_string(i) + ": x\n";
  const Plan plan = parse(text);
  CHECK(plan.tasks.size() == 500);
  CHECK(codes_of(plan) == "too-many-tasks@502");
}
