#include "front_matter.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;
using namespace milepost::parsing;

namespace {

struct Result {
  FrontMatter front;
  std::vector<Diagnostic> diagnostics;

  std::string operator[](std::string_view key) const {
    const FrontMatterEntry* entry = front.find(key);
    return entry == nullptr ? "(none)" : entry->text;
  }
};

Result read(const std::string& text) {
  Result result;
  const SourceText source(text, result.diagnostics);
  result.front = read_front_matter(source, result.diagnostics);
  return result;
}

Result read_inner(const std::string& inner) {
  return read("---\n" + inner + "---\n# T\n");
}

}  // namespace

TEST_CASE("a text that does not begin with the marker has no front matter") {
  CHECK(read("# T\n---\na: b\n---\n").front.line_count == 0);
  CHECK(read("").front.line_count == 0);
  CHECK(read("----\na: b\n---\n").front.line_count == 0);
}

TEST_CASE("scalars stay text") {
  const Result result = read_inner("plan: 010\nphase: 12.10\nyes: true\nnothing:\nwhen: 2026-01-02\n");
  CHECK(result.front.line_count == 7);
  CHECK(result["plan"] == "010");
  CHECK(result["phase"] == "12.10");
  CHECK(result["yes"] == "true");
  CHECK(result["nothing"] == "");
  CHECK(result["when"] == "2026-01-02");
  CHECK(result.diagnostics.empty());
}

TEST_CASE("comments, quotes, colons and hashes in values are read as YAML reads them") {
  const Result result = read_inner(
      "# a comment\na: b # remark\nb: x#y\nc: 'it''s # text'\nd: \"a\\\"b\\\\c\\n\"\n\ne: http://x/y\n\"f "
      "g\": 1\n");
  CHECK(result["a"] == "b");
  CHECK(result["b"] == "x#y");
  CHECK(result["c"] == "it's # text");
  CHECK(result["d"] == "a\"b\\c\n");
  CHECK(result["e"] == "http://x/y");
  CHECK(result["f g"] == "1");
}

TEST_CASE("lists and maps are read in block and flow form") {
  const Result result = read_inner(
      "a:\n  - one\n  - \"two\"\nb:\n- one\n-   two\nc: [one, 'two, three',\n    four]\nd: {x: 1, y: [2, "
      "3]}\n"
      "e:\n  f:\n    - path: p1\n      exports: [\"G\", \"P\"]\n    - path: p2\ng: []\n");
  CHECK(result["a"] == "one, two");
  CHECK(result["b"] == "one, two");
  CHECK(result["c"] == "one, two, three, four");
  REQUIRE(result.front.find("c")->value.items.size() == 3);
  CHECK(result["d"] == "x: 1, y: 2, 3");
  CHECK(result["g"] == "");
  const FrontMatterValue& list = result.front.find("e")->value.items.at(0);
  REQUIRE(list.items.size() == 2);
  CHECK(list.items[0].keys == std::vector<std::string>{"path", "exports"});
  CHECK(list.items[0].items[1].items.size() == 2);
  CHECK(list.items[1].items[0].text == "p2");
  CHECK(result.diagnostics.empty());
}

TEST_CASE("a pair in a flow list is a map of its own") {
  const Result result = read_inner("a: [\"GET: all\": yes, two]\n");
  CHECK(result.diagnostics.empty());
  const FrontMatterValue& list = result.front.find("a")->value;
  REQUIRE(list.items.size() == 2);
  CHECK(list.items[0].keys == std::vector<std::string>{"GET: all"});
  CHECK(list.items[0].items.at(0).text == "yes");
  CHECK(list.items[1].text == "two");
}

TEST_CASE("scalars go on over several lines") {
  const Result result = read_inner(
      "a: one\n  two\nb: |\n  x\n    y\n\n  z\nc: >-\n  x\n  y\n\n  z\nd: \"one\n  two\"\ne:\n  long\n  "
      "text\nf: end\n");
  CHECK(result["a"] == "one two");
  CHECK(result["b"] == "x\n  y\n\nz");
  CHECK(result["c"] == "x y\nz");
  CHECK(result["d"] == "one two");
  CHECK(result["e"] == "long text");
  CHECK(result["f"] == "end");
  CHECK(result.diagnostics.empty());
}

TEST_CASE("an unknown escape is kept and told") {
  const Result result = read_inner("a: \"x\\dy\"\n");
  CHECK(result["a"] == "x\\dy");
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].code == "unknown-escape");
  CHECK(result.diagnostics[0].severity == Severity::warning);
}

TEST_CASE("unreadable front matter is an error with line and column") {
  struct Row {
    std::string inner;
    unsigned line, column;
    std::string part;
  };
  const std::vector<Row> rows = {
      {"a: b\njust text\n", 3, 1, "key: value"},
      {"a: b\n   c: d\n", 0, 0, ""},  // a plain value may go on: "b c: d"
      {"a:\n\tb: c\n", 3, 2, "tab"},
      {"a: &x y\n", 2, 4, "anchors"},
      {"a: *x\n", 2, 4, "anchors"},
      {"a: !cmd\n", 2, 4, "anchors"},
      {"a: `x`\n", 2, 4, "quotes"},
      {"a: [b, c\n", 2, 4, "never closed"},
      {"a: \"b\n", 2, 4, "never closed"},
      {"a: 1\na: 2\n", 3, 1, "twice"},
      {": x\n", 2, 1, "key is missing"},
      {"- a\n", 2, 1, "list"},
      {"a:\n    b: 1\n  c: 2\n", 4, 3, "indent"},
      {"  a: 1\nb: 2\n", 3, 1, "indent"},
      {"a: {b c}\n", 2, 8, "expected"},
      {"a: 'x' y\n", 2, 8, "behind"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.inner);
    const Result result = read_inner(row.inner);
    if (row.line == 0) {
      CHECK(result.diagnostics.empty());
      continue;
    }
    REQUIRE(result.diagnostics.size() == 1);
    CHECK(result.diagnostics[0].code == "front-matter");
    CHECK(result.diagnostics[0].severity == Severity::error);
    CHECK(result.diagnostics[0].at.line == row.line);
    CHECK(result.diagnostics[0].at.column == row.column);
    CHECK(result.diagnostics[0].message.find(row.part) != std::string::npos);
    CHECK(result.front.entries.empty());
    CHECK(result.front.line_count > 0);
  }
}

TEST_CASE("front matter without an end is an error in line 1") {
  const Result result = read("---\na: b\n# T\n");
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].code == "front-matter-unclosed");
  CHECK(result.diagnostics[0].at.line == 1);
}

TEST_CASE("deep nesting ends with an error, not with the stack") {
  const Result flow = read_inner("a: " + std::string(100'000, '[') + std::string(100'000, ']') + "\n");
  REQUIRE(flow.diagnostics.size() == 1);
  CHECK(flow.diagnostics[0].message.find("too deeply") != std::string::npos);
  std::string inner = "a:\n";
  for (int i = 1; i < 300; ++i) inner += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  REQUIRE(read_inner(inner).diagnostics.size() == 1);
  std::string items = "a: \n  ";
  for (int i = 0; i < 50'000; ++i) items += "- ";
  REQUIRE(read_inner(items + "x\n").diagnostics.size() == 1);
}
