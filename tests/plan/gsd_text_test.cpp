#include "gsd_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;
using namespace milepost::parsing;

TEST_CASE("a task's name is its title without its number") {
  struct Row {
    std::string name, label, title;
  };
  const std::vector<Row> rows = {
      {"Task 1: Build it", "1", "Build it"},
      {"Task 0 (Wave 0): Build it", "0", "Build it"},
      {"task 12: Build: all of it", "12", "Build: all of it"},
      {"Task 1: RED -- tests first", "1", "RED -- tests first"},
      {"Task 01-02: Build it", "01-02", "Build it"},
      {"Task 3b \xe2\x80\x94 Build it", "3b", "Build it"},
      {"Task 2 - Build it", "2", "Build it"},
      {"**Task 2: Build it**", "2", "Build it"},
      {"**Task 2:** Build it", "2", "Build it"},
      {"\xe2\x9c\x85 Task 5: Build it", "5", "Build it"},
      {"\xc3\x84pfel", "", "\xc3\x84pfel"},
      {"Build it", "", "Build it"},
      {"**Build it**", "", "Build it"},
      {"**Build** it **all**", "", "**Build** it **all**"},
      {"Task list: Build it", "", "Task list: Build it"},
      {"Tasks 1: Build it", "", "Tasks 1: Build it"},
      {"Task 4", "4", "Task 4"},
      {"  Task 1:\n    Build\n  it  ", "1", "Build it"},
      {"", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const GsdTitle title = gsd_title_of(row.name);
    CHECK(title.label == row.label);
    CHECK(title.title == row.title);
  }
}

TEST_CASE("paths are taken from every way to list them, and prose is none") {
  using Paths = std::vector<std::string>;
  struct Row {
    std::string text;
    Paths paths;
  };
  const std::vector<Row> rows = {
      {"src/a.py", {"src/a.py"}},
      {"src/a.py, src/b.py", {"src/a.py", "src/b.py"}},
      {"src/a.py\n    src/b.py,\n    Makefile", {"src/a.py", "src/b.py", "Makefile"}},
      {"- `src/a.py` (new)\n- src/b.py \xe2\x80\x94 the old one", {"src/a.py", "src/b.py"}},
      {"src/{a,b}.py, c.py", {"src/{a,b}.py", "c.py"}},
      {"(no files - verification only)", {}},
      {"None", {}},
      {"", {}},
      {"only a look at the screen", {}},
      {"src/a.py (add x, then y), b.py", {"src/a.py", "b.py"}},
      {"Modify `src/a.py` where needed", {"src/a.py"}},
      {"# remark\nsrc/a.py # the model", {"src/a.py"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(paths_in(row.text) == row.paths);
  }
}

TEST_CASE("entities are undone only in a text that is XML") {
  CHECK(without_entities("a &amp;&amp; b &lt; c") == "a && b < c");
  CHECK(without_entities("a && b") == "a && b");
  CHECK(without_entities("grep '&amp;' x && y") == "grep '&amp;' x && y");
  CHECK(without_entities("cat <x &amp; y") == "cat <x &amp; y");
  CHECK(without_entities("grep \"&quot;\" > x") == "grep \"\"\" > x");
  CHECK(without_entities("") == "");
}

TEST_CASE("every automated element is a command with its line") {
  std::vector<Diagnostic> diagnostics;
  const auto commands = automated_commands(
      "<automated>one</automated>\ntext `<automated>` text\n  <automated>\n    two\n      deeper\n    end\n  "
      "</automated>\n"
      "<automated>MISSING \xe2\x80\x94 no test</automated>\n<automated></automated>",
      10, diagnostics);
  REQUIRE(commands.size() == 3);
  CHECK(commands[0].run == "one\n");
  CHECK(commands[0].at.line == 10);
  CHECK(!commands[0].trusted);
  CHECK(commands[1].run == "two\n  deeper\nend\n");
  CHECK(commands[1].at.line == 12);
  CHECK(commands[2].run == "");
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].code == "missing-command");
  CHECK(diagnostics[0].at.line == 17);
}

TEST_CASE("criteria are the top bullets, or the lines of a text without bullets") {
  const auto bullets = criteria_in("  - one\n    more\n    - inner\n  - [x] two\n");
  REQUIRE(bullets.size() == 2);
  CHECK(bullets[0].text == "one more\n- inner");
  CHECK(bullets[1].ticked);
  CHECK(criteria_in("one\n\ntwo").size() == 2);
}
