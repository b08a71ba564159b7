#include "fences.hpp"

#include "task_outline.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;
using namespace milepost::parsing;

namespace {

/// The ids milepost reads, then the codes of the warnings.
std::string outline(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  const SourceText source(text, diagnostics);
  const TaskOutline outline = outline_of(source, 0, diagnostics);
  std::string shown;
  for (const std::uint32_t line : outline.lines) {
    std::string_view heading = source.line(line);
    heading.remove_prefix(heading.find_first_not_of("# "));
    shown += std::string(match_task_heading(heading).heading->id) + " ";
  }
  for (const Diagnostic& diagnostic : diagnostics)
    shown += diagnostic.code + "@" + std::to_string(diagnostic.at.line) + " ";
  return shown;
}

}  // namespace

TEST_CASE("F58: a task in a fence is no task") {
  for (const std::string fence : {"```", "````", "~~~", "  ```", "      ```", "\t```", "- ```", "1. ```"}) {
    CAPTURE(fence);
    std::string close = fence;
    close.erase(0, close.find_first_of("`~"));
    CHECK(outline("## Task 1.1: a\n" + fence + "\n## Task 1.2: b\n" + close + "\n## Task 1.3: c\n")
              .substr(0, 8) == "1.1 1.3 ");
  }
}

TEST_CASE("only a bare line of the same mark and length closes a fence") {
  CHECK(outline("````\n```\n## Task 1.1: a\n~~~~\n````\n## Task 1.2: b\n") == "1.2 ");
  CHECK(outline("~~~\n```\n## Task 1.1: a\n~~~\n## Task 1.2: b\n") == "1.2 ");
  CHECK(outline("```\n`````\n## Task 1.2: b\n") == "1.2 ");
}

TEST_CASE("three back quotes with text and back quotes behind are no fence") {
  CHECK(outline("```code``` in a line\n## Task 1.1: a\n") == "1.1 ");
}

TEST_CASE("a fence with an info string inside a fence of the same length opens an inner one") {
  const std::string plan =
      "## Task 1.1: a\n```markdown\n## Task 9.1: example\n```bash\n# x\n```\n## Task 9.2: example\n```\n## "
      "Task 1.2: b\n";
  CHECK(outline(plan) == "1.1 1.2 ambiguous-fences@2 ");
}

TEST_CASE("when only the nested reading leaves a fence open the flat one counts") {
  const std::string plan =
      "## Task 1.1: a\n```yaml\nx\n```bash\ny\n```\n\n## Task 1.2: b\n\n## Task 1.3: c\n";
  CHECK(outline(plan) == "1.1 1.2 1.3 ambiguous-fences@2 ");
}

TEST_CASE("an outer fence of four marks keeps an unclosed example inside") {
  CHECK(outline("````markdown\n```bash\n## Task 9.1: x\n````\n## Task 1.1: a\n") == "1.1 ");
}

TEST_CASE("a fence that nothing closes ends at the task that goes on") {
  const std::string plan =
      "## Task 1.1: a\n```bash\n# x\n## Task 9.9: example\n## Task 1.2: b\ntext\n## Task 1.3: c\n";
  CHECK(outline(plan) == "1.1 1.2 1.3 unclosed-fence@2 ambiguous-fences@2 ");
}

TEST_CASE("a fence left open before the first task hides none") {
  CHECK(outline("# T\n```\nx\n\n## Task 1.1: a\n## Task 1.2: b\n") ==
        "1.1 1.2 unclosed-fence@2 ambiguous-fences@2 ");
}

TEST_CASE("a fence left open behind the last task costs a warning") {
  CHECK(outline("## Task 1.1: a\n```\nx\n") == "1.1 unclosed-fence@2 ");
}

TEST_CASE("a task in an HTML comment is no task, an open comment hides nothing") {
  CHECK(outline("<!--\n## Task 1.1: a\n-->\n## Task 1.2: b\n") == "1.2 ");
  CHECK(outline("<!-- x -->\n## Task 1.1: a\n<!-- y\n## Task 1.2: b\n") == "1.1 1.2 ");
}

TEST_CASE("the first task heading sets the level and deeper ones are text") {
  CHECK(outline("## Task 1.1: a\n### Task 9.9: x\n## Task 1.2: b\n") == "1.1 1.2 ");
  CHECK(outline("#### Task 1.1: a\n### Task 1.2: b\n") == "1.1 1.2 ");
  CHECK(outline("# Task 1.1: a\n##### Task 1.2: b\n") == "");
}

TEST_CASE("headings may be indented up to three columns, closed, or follow a tab") {
  CHECK(outline("   ## Task 1.1: a ##\n##\tTask 1.2: b\n") == "1.1 1.2 ");
  CHECK(outline("    ## Task 1.1: a\n\t## Task 1.2: b\n##Task 1.3: c\n") == "");
}

TEST_CASE("an underlined task title is a heading, a paragraph above a separator is not") {
  CHECK(outline("Task 1.1: a\n---\n\nTask 1.2: b\n-----------\n") == "1.1 1.2 ");
  CHECK(outline("## Task 1.1: a\n\nSome words\n---\n") == "1.1 ");
}

TEST_CASE("F58: hundreds of thousands of fences are read without recursion") {
  std::string plan = "## Task 1.1: a\n";
  for (int i = 0; i < 200'000; ++i) plan += "```a\n";
  CHECK(outline(plan) == "1.1 unclosed-fence@2 ");
}
