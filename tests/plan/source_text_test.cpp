#include "source_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;
using namespace milepost::parsing;

namespace {

std::vector<std::string> lines_in(const std::string& bytes) {
  std::vector<Diagnostic> diagnostics;
  const SourceText source(bytes, diagnostics);
  std::vector<std::string> lines;
  for (std::uint32_t i = 0; i < source.line_count(); ++i) lines.emplace_back(source.line(i));
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("LF, CRLF and CR end a line, also mixed") {
  CHECK(lines_in("a\nb\r\nc\rd") == Lines{"a", "b", "c", "d"});
  CHECK(lines_in("a\r\n\r\nb\n") == Lines{"a", "", "b"});
  CHECK(lines_in("").empty());
  CHECK(lines_in("\n") == Lines{""});
}

TEST_CASE("a byte-order mark is no part of the first line") {
  CHECK(lines_in("\xef\xbb\xbf# T\n") == Lines{"# T"});
}

TEST_CASE("bytes of several lines are as in the file") {
  std::vector<Diagnostic> diagnostics;
  const SourceText source("a\r\nb\r\nc\r\n", diagnostics);
  CHECK(source.bytes(0, 1) == "a\r\nb");
  CHECK(source.text(0, 2) == "a\nb\nc");
  CHECK(diagnostics.empty());
}

TEST_CASE("invalid UTF-8 is replaced and the first place is told") {
  std::vector<Diagnostic> diagnostics;
  const SourceText source("ok\nno\xff!\n", diagnostics);
  CHECK(source.line(1) == "no\xef\xbf\xbd!");
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].code == "invalid-utf8");
  CHECK(diagnostics[0].at.line == 2);
  CHECK(diagnostics[0].at.column == 3);
}

TEST_CASE("an unfinished character at the end is told too") {
  std::vector<Diagnostic> diagnostics;
  const SourceText source("ab\xe2\x80", diagnostics);
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].at.column == 3);
}

TEST_CASE("F58: a NUL byte is replaced and told") {
  std::vector<Diagnostic> diagnostics;
  const SourceText source(std::string("a\n\0b\n", 5), diagnostics);
  CHECK(source.line(1) ==
        "\xef\xbf\xbd"
        "b");
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].code == "nul-byte");
  CHECK(diagnostics[0].at.line == 2);
}
