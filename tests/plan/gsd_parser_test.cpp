#include "milepost/plan/parse.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace milepost;

namespace {

Plan read(const std::string& text, const std::string& name = "07-02-PLAN.md") {
  return parse_plan(text, name);
}

Plan read_body(const std::string& body) {
  return read("---\nphase: 07-x\nplan: 02\n---\n" + body);
}

std::vector<std::string> titles(const Plan& plan) {
  std::vector<std::string> all;
  for (const Task& task : plan.tasks) all.push_back(task.title);
  return all;
}

const Diagnostic* find(const Plan& plan, const std::string& code) {
  for (const Diagnostic& diagnostic : plan.diagnostics) {
    if (diagnostic.code == code) return &diagnostic;
  }
  return nullptr;
}

std::string task(const std::string& name, const std::string& inner = "") {
  return "<task type=\"auto\">\n  <name>" + name + "</name>\n" + inner + "</task>\n";
}

using Titles = std::vector<std::string>;

}  // namespace

TEST_CASE("ids and waves stay text until their field reads them") {
  const Plan plan = read("---\nphase: 69.1\nplan: 010\nwave: 0.5\ndepends_on: 01\n---\n" + task("Task 1: A"),
                         "69.1-010-PLAN.md");
  CHECK(plan.id == "69.1-010");
  CHECK(plan.wave == 0.5);
  CHECK(plan.depends_on == std::vector<std::string>{"69.1-01"});
  CHECK(plan.tasks.at(0).id.value == "69.1-010/1");
  CHECK(find(plan, "id-mismatch") == nullptr);
}

TEST_CASE("front matter that says nothing leaves the defaults") {
  const Plan plan = read_body(task("A"));
  CHECK(!plan.wave);
  CHECK(plan.autonomous);
  CHECK(!plan.gap_closure);
  CHECK(plan.must_haves.empty());
}

TEST_CASE("values that do not fit are told and not read") {
  const Plan plan = read(
      "---\nphase: 07\nwave: second\nautonomous: maybe\nmust_haves:\n  truths: {a: b}\n  artifacts: [x.py, "
      "{provides: y}]\n---\n" +
      task("A"));
  CHECK(!plan.wave);
  CHECK(plan.autonomous);
  REQUIRE(plan.must_haves.artifacts.size() == 1);
  CHECK(plan.must_haves.artifacts[0].path == "x.py");
  CHECK(std::count_if(plan.diagnostics.begin(), plan.diagnostics.end(),
                      [](const Diagnostic& d) { return d.code == "bad-value"; }) == 4);
}

TEST_CASE("patterns mean what YAML says") {
  const Plan plan = read(
      "---\nphase: 07\nmust_haves:\n  key_links:\n    - from: a\n      to: b\n      pattern: "
      "\"3\\\\.7\\\\.0\"\n    - {from: a, to: b, pattern: 'x\\.y\\d'}\n    - from: a\n      to: b\n      "
      "pattern: \"\\d\\x41\\u00e9\\_\"\n---\n" +
      task("A"));
  REQUIRE(plan.must_haves.key_links.size() == 3);
  CHECK(plan.must_haves.key_links[0].pattern == "3\\.7\\.0");
  CHECK(plan.must_haves.key_links[1].pattern == "x\\.y\\d");
  CHECK(plan.must_haves.key_links[2].pattern == "\\dA\xc3\xa9\xc2\xa0");
  REQUIRE(find(plan, "unknown-escape") != nullptr);
  CHECK(find(plan, "unknown-escape")->at.line == 11);
}

TEST_CASE("an action closed by the tag of another element ends there") {
  const Plan plan = read_body(
      "<tasks>\n<task type=\"auto\">\n<name>A</name>\n<action>\none\n</behavior>\n<done>d</done>\n</task>\n" +
      task("B") + "</tasks>\n");
  CHECK(titles(plan) == Titles{"A", "B"});
  CHECK(plan.tasks[0].action == "one");
  CHECK(plan.tasks[0].done == "d");
  REQUIRE(find(plan, "tag-mismatch") != nullptr);
  CHECK(find(plan, "tag-mismatch")->at.line == 8);
}

TEST_CASE("tasks in the code of an action are text") {
  const std::string example =
      "<action>\n```\n<tasks>\n<task type=\"auto\">\n  <name>X</name>\n</task>\n<task "
      "type=\"auto\">\n</task>\n</tasks>\n```\n</action>\n";
  const Plan plan = read_body("<tasks>\n" + task("A", example) + task("B", example) + "</tasks>\n");
  CHECK(titles(plan) == Titles{"A", "B"});
  CHECK(find(plan, "nested-task") == nullptr);
  CHECK(plan.tasks[0].action.find("<name>X</name>") != std::string::npos);
}

TEST_CASE("a task tag without an end in the code of an action hides no task") {
  const Plan plan =
      read_body("<tasks>\n" + task("A", "<action>\nwrite\n<task type=\"auto\">\nfirst\n</action>\n") +
                task("B") + "</tasks>\n");
  CHECK(titles(plan) == Titles{"A", "B"});
  CHECK(!has_errors(plan.diagnostics));
}

TEST_CASE("fences do not matter") {
  for (const std::string fence : {"```\n", "```bash\n````\n```md\n", "~~~\n", "    ```\n"}) {
    CAPTURE(fence);
    const Plan plan = read_body(task("A", "<action>\n" + fence + "</action>\n") + task("B"));
    CHECK(titles(plan) == Titles{"A", "B"});
  }
}

TEST_CASE("a close tag at the end of a line of prose ends its element") {
  const Plan plan =
      read_body(task("A", "<action>Say \"</action> ends it\" and\nbe done.</action>\n<done>d</done>\n"));
  CHECK(plan.tasks.at(0).action == "Say \"</action> ends it\" and\nbe done.");
  CHECK(plan.tasks[0].done == "d");
}

TEST_CASE("elements may share a line") {
  const Plan plan = read_body(
      "<task type=\"auto\"><name>A</name><files>a.py</files>\n<action>x</action> "
      "<done>d</done></task>\n<task><name>B</name></task>\n");
  CHECK(titles(plan) == Titles{"A", "B"});
  CHECK(plan.tasks[0].files == std::vector<std::string>{"a.py"});
  CHECK(plan.tasks[0].action == "x");
  CHECK(plan.tasks[0].done == "d");
}

TEST_CASE("a task without an end is an error and ends before the next one") {
  const Plan plan = read_body("<tasks>\n<task type=\"auto\">\n<name>A</name>\n<action>x</action>\n\n" +
                              task("B") + "</tasks>\n");
  CHECK(titles(plan) == Titles{"A", "B"});
  REQUIRE(find(plan, "unclosed-task") != nullptr);
  CHECK(find(plan, "unclosed-task")->at.line == 6);
  CHECK(plan.tasks[0].at.end_line == 8);
  const Plan last = read_body("<tasks>\n" + task("A") +
                              "<task type=\"auto\">\n<name>B</name>\n</tasks>\n<output>x</output>\n");
  CHECK(titles(last) == Titles{"A", "B"});
  CHECK(last.tasks[1].body == "<task type=\"auto\">\n<name>B</name>");
  CHECK(last.output == "x");
}

TEST_CASE("a section without an end does not swallow the tasks") {
  const Plan plan = read_body("<objective>\nDo it.\n<context>\n@a.md\n<tasks>\n" +
                              task("A", "<action>\nput </context> here\n</action>\n") + "</tasks>\n");
  CHECK(titles(plan) == Titles{"A"});
  CHECK(plan.context == std::vector<std::string>{"a.md"});
  CHECK(find(plan, "unclosed-tag") != nullptr);
}

TEST_CASE("tags are read with any quotes, none, more lines and blanks") {
  const Plan plan = read_body(
      "<task type='auto' tdd='true'>\n<name>A</name>\n</task >\n<task>\n<name>B</name>\n</task>\n<task\n  "
      "type=\"checkpoint:decision\"\n  gate=blocking-human>\n<decision>C?</decision>\n</task>\n\t<task "
      "type=\"auto\">\n\t<name>D</name>\n\t</task>\n");
  CHECK(titles(plan) == Titles{"A", "B", "C?", "D"});
  CHECK(plan.tasks[0].tdd);
  CHECK(plan.tasks[1].kind_text == "");
  REQUIRE(plan.tasks[2].checkpoint);
  CHECK(plan.tasks[2].checkpoint->kind == CheckpointKind::decision);
  CHECK(plan.tasks[2].checkpoint->blocking_human);
}

TEST_CASE("two lists of tasks are one") {
  const Plan plan = read_body("<tasks>\n" + task("A") + "</tasks>\n<tasks>\n" + task("B") + "</tasks>\n");
  CHECK(titles(plan) == Titles{"A", "B"});
  CHECK(plan.tasks[1].depends_on == std::vector<TaskId>{TaskId("07-02/1")});
}

TEST_CASE("a task without a name is called by its first words") {
  const Plan plan = read_body(
      "<task type=\"checkpoint:human-verify\">\n<what-built>\n  The page\n  and "
      "more\n</what-built>\n</task>\n<task type=\"auto\">\n\n**Task 2: Free text**\n</task>\n<task id=\"x\" "
      "title=\"By attribute\" type=\"code\">\n<action>y</action>\n</task>\n");
  CHECK(titles(plan) == Titles{"The page", "Free text", "By attribute"});
  CHECK(plan.tasks[2].label == "x");
}

TEST_CASE("a feature is one test-first task") {
  const Plan plan = read_body(
      "<feature>\n<name>Grow</name>\n<files>a.py</files>\n<behavior>grows</"
      "behavior>\n<implementation>```bash\nmake\n```\n</implementation>\n</feature>\n");
  REQUIRE(titles(plan) == Titles{"Grow"});
  CHECK(plan.tasks[0].tdd);
  CHECK(plan.tasks[0].behavior == "grows");
  CHECK(titles(read_body("<feature>\n<name>Grow</name>\n" + task("A") + task("B") + "</feature>\n")) ==
        Titles{"A", "B"});
}

TEST_CASE("Markdown headings are tasks when there is no other") {
  CHECK(titles(read_body(
            "# P\n<tasks>\n\n### Task 1: A\n\nx\n\n### Task 01-02: B\n</tasks>\n## Task 3: other level\n")) ==
        Titles{"A", "B"});
  CHECK(titles(read_body(
            "### 1. Task 1: A\n\n### \xe2\x9c\x85 Task 2: B\n\n### ~~Task 3: C~~\n\n### **Task 4:** D\n")) ==
        Titles{"A", "B", "D"});
  const Plan plan = read_body("## Task 1: A\n\n</tasks>\n\n<verification>\nv\n</verification>\n");
  CHECK(plan.tasks.at(0).body == "## Task 1: A");
  CHECK(titles(read_body("## Task 1: A\n" + task("B"))) == Titles{"B"});
}

TEST_CASE("a plan without any task is an error") {
  for (const std::string body :
       {"", "# RED\n\n## GREEN\n", "<tasks>\n- one\n- two\n</tasks>\n", "superseded\n"}) {
    CAPTURE(body);
    const Plan plan = read_body(body);
    CHECK(plan.tasks.empty());
    CHECK(find(plan, "no-tasks") != nullptr);
  }
}

TEST_CASE("line ends of any kind give the same tasks") {
  const std::string text = "---\nphase: 07\nplan: 02\ndepends_on:\n  - 01\n---\n<tasks>\n" +
                           task("A", "<action>\nx\ny\n</action>\n") + task("B") + "</tasks>\n";
  const Plan plan = read(text);
  for (const std::string end : {"\r\n", "\r"}) {
    std::string other = "\xef\xbb\xbf";
    for (const char c : text) other += c == '\n' ? end : std::string(1, c);
    const Plan same = read(other);
    REQUIRE(same.tasks.size() == 2);
    CHECK(same.tasks[0].action == plan.tasks.at(0).action);
    CHECK(same.tasks[0].content_hash == plan.tasks[0].content_hash);
    CHECK(same.depends_on == plan.depends_on);
  }
}

TEST_CASE("dependencies on itself and on nothing known are told") {
  const Plan plan = read("---\nphase: 07\ndepends_on: [02, the shed, none]\n---\n" + task("A"));
  REQUIRE(find(plan, "self-dependency") != nullptr);
  CHECK(find(plan, "self-dependency")->at.line == 3);
  CHECK(find(plan, "self-dependency")->at.column == 14);
  REQUIRE(find(plan, "unclear-dependency") != nullptr);
  CHECK(find(plan, "unclear-dependency")->at.column == 18);
  CHECK(plan.external == std::vector<std::string>{"the"});
}

TEST_CASE("a plan of megabytes is read in time that grows with its size") {
  std::string text = "---\nphase: 07\n---\n<tasks>\n";
  for (int i = 0; i < 400; ++i) {
    std::string action = "<action>\n";
    for (int line = 0; line < 100; ++line) action += "<action>\nsome <b>text</b> </action here\n<files>x\n";
    text += task("T" + std::to_string(i), action);
  }
  CHECK(read(text).tasks.size() == 400);
  std::string opens = "---\nphase: 07\n---\n";
  for (int i = 0; i < 100'000; ++i) opens += "<task type=\"auto\">\n<action>\n<context>\n";
  CHECK(find(read(opens), "too-many-tasks") != nullptr);
  std::string line = "---\nphase: 07\n---\n";
  for (int i = 0; i < 300'000; ++i) line += "<task><option>";
  CHECK(read(line + "</task> x\n").tasks.size() == 1);
}
