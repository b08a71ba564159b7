#include "milepost/base/display_width.hpp"

#include <doctest/doctest.h>

#include <clocale>

using namespace milepost;

TEST_CASE("the width of a text is what a terminal shows, whatever the locale") {
  std::setlocale(LC_ALL, "C");
  struct Row {
    const char* text;
    std::size_t columns;
  };
  for (const Row& row : {Row{"", 0}, Row{"plain", 5}, Row{"→ ✓ …", 5}, Row{"中文", 4}, Row{"ｗ", 2},
                         Row{"e\xcc\x81", 1}, Row{"😀", 2}, Row{"한글", 4}, Row{"\xff", 1}}) {
    CAPTURE(row.text);
    CHECK(display_width(row.text) == row.columns);
  }
}

TEST_CASE("where terminals differ the wider picture counts") {
  CHECK(display_width("⚠") == 1);
  CHECK(display_width("⚠\xef\xb8\x8f") == 2);      // with the emoji form
  CHECK(display_width("😀\xef\xb8\x8f") == 2);      // is one already
  CHECK(display_width("\xf0\x9f\xab\xa9") == 2);   // U+1FAE9, younger than many C libraries
  CHECK(display_width("👍\xf0\x9f\x8f\xbd") == 4);  // a skin tone that some show apart
}

TEST_CASE("a text is cut between characters, and never wider than asked for") {
  CHECK(fit_width("short", 5) == "short");
  CHECK(fit_width("longer", 5) == "long…");
  CHECK(fit_width("中文字", 6) == "中文字");
  CHECK(fit_width("中文字", 5) == "中文…");
  CHECK(fit_width("中文字", 4) == "中…");  // half a character is not shown
  CHECK(fit_width("e\xcc\x81tude", 3) == "e\xcc\x81t…");
  CHECK(fit_width("ab", 1) == "…");
  CHECK(fit_width("ab", 0).empty());
  const std::string mixed = "a中😀e\xcc\x81 ⚠\xef\xb8\x8f 한 plain text behind";
  for (std::size_t columns = 0; columns < 40; ++columns)
    CHECK(display_width(fit_width(mixed, columns)) <= columns);
}
