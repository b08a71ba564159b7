#include "milepost/base/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace milepost;

namespace {

struct Case {
  std::string input, expected;
};

/// What a POSIX shell makes of one word, for the forms that shell_quote writes: plain characters, '…' and \c.
std::string unquoted(const std::string& word) {
  std::string text;
  bool quoted = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\'')
      quoted = !quoted;
    else if (word[i] == '\\' && !quoted)
      text += word[++i];
    else {
      const bool special =
          std::string_view(" \t\n;&|<>()$`\"*?[]#~!{}").find(word[i]) != std::string_view::npos;
      CHECK((quoted || !special));
      text += word[i];
    }
  }
  CHECK_FALSE(quoted);
  return text;
}

}  // namespace

TEST_CASE("F31: printable text cannot act on a terminal") {
  const std::vector<Case> cases = {
      {"plain", "plain"},
      {"", ""},
      {"é€😀", "é€😀"},
      {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
      {"a\rb", "a\\x0db"},
      {"a\nb\tc", "a\\x0ab\\x09c"},
      {std::string("a\0b", 3), "a\\x00b"},
      {"\x7f", "\\x7f"},
      {"\xc2\x9b"
       "31m",
       "\\x9b31m"},  // C1 control sequence introducer
      {"a\xe2\x80\xae"
       "b",
       "a\\u202eb"},  // right-to-left override
      {"a\xe2\x81\xa6"
       "b",
       "a\\u2066b"},  // isolate
      {"a\xe2\x80\x8b"
       "b",
       "a\\u200bb"},  // zero width space
      {"a\xd8\x9c"
       "b",
       "a\\u061cb"},                  // Arabic letter mark
      {"\xef\xbb\xbfx", "\\ufeffx"},  // byte order mark
      {"\xff", "\xef\xbf\xbd"},
      {"a\xc3", "a\xef\xbf\xbd"},                                                // cut short
      {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                                  // overlong
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},                  // a surrogate
      {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},  // beyond U+10FFFF
      {"\xe2\x82"
       "A",
       "\xef\xbf\xbd\xef\xbf\xbd"
       "A"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.expected);
    CHECK(printable(c.input) == c.expected);
  }
  CHECK(printable("a\nb\tc\x1b", /*keep_newlines=*/true) == "a\nb\tc\\x1b");
}

TEST_CASE("valid UTF-8 stays as it is and broken bytes are replaced") {
  CHECK(valid_utf8("é\x1b\n😀") == "é\x1b\n😀");
  CHECK(valid_utf8("a\x80z") == "a\xef\xbf\xbdz");
  CHECK(valid_utf8("") == "");
}

TEST_CASE("F30: a prefix is never cut inside a character") {
  CHECK(utf8_prefix("aé", 1) == "a");
  CHECK(utf8_prefix("aé", 2) == "a");
  CHECK(utf8_prefix("aé", 3) == "aé");
  CHECK(utf8_prefix("aé", 99) == "aé");
  CHECK(utf8_prefix("😀", 3) == "");
  CHECK(utf8_prefix("", 0) == "");
}

TEST_CASE("one line folds white space, escapes and cuts") {
  CHECK(one_line("  a \r\n\t b  ", 20) == "a b");
  CHECK(one_line("a\x1b[2Jb", 20) == "a\\x1b[2Jb");
  CHECK(one_line("abcdefghij", 10) == "abcdefghij");
  CHECK(one_line("abcdefghijk", 10) == "abcdefg…");
  CHECK(one_line("aaaaaaéé", 10) == "aaaaaaéé");
  CHECK(one_line("aaaaaaééb", 10) == "aaaaaa…");
  CHECK(one_line("", 10) == "");
  CHECK(one_line(std::string(10'000'000, 'x'), 8) == "xxxxx…");
}

TEST_CASE("a text that is mostly white space says that it was cut") {
  CHECK(one_line("a" + std::string(1000, ' ') + "b", 20) == "a…");
  CHECK(one_line("a" + std::string(1000, ' '), 20) == "a");
}

TEST_CASE("a quoted word is the same word to a shell") {
  for (const std::string word : {"plain", "a b", "it's", "''", "", "$HOME", "`id`", "a\nb", "*", "-n", "a;b",
                                 "\\", "\"", "~", "é", "!x", "#c", "--mount=type=bind,src=/a,dst=/b"}) {
    CAPTURE(word);
    CHECK(unquoted(shell_quote(word)) == word);
    CHECK_FALSE(shell_quote(word).empty());
  }
  CHECK(shell_quote("a/b-c_1.txt") == "a/b-c_1.txt");
  CHECK(shell_quote("a b") == "'a b'");
  CHECK(shell_quote("") == "''");
  CHECK(shell_quote("it's") == "'it'\\''s'");
}

TEST_CASE("a command line joins quoted words") {
  CHECK(shell_join(std::vector<std::string>{"git", "commit", "-m", "two words"}) ==
        "git commit -m 'two words'");
  CHECK(shell_join(std::vector<std::string>{}) == "");
}

TEST_CASE("trim, split, lines and join") {
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim(" \n ") == "");
  CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(lines_of("a\r\nb\n\nc") == std::vector<std::string_view>{"a", "b", "", "c"});
  CHECK(lines_of("a\n") == std::vector<std::string_view>{"a"});
  CHECK(lines_of("\n") == std::vector<std::string_view>{""});
  CHECK(lines_of("").empty());
  CHECK(join(std::vector<std::string>{"a", "b"}, ", ") == "a, b");
  CHECK(join(std::vector<std::string>{}, ", ") == "");
  CHECK(to_lower_ascii("AzÉ9") == "azÉ9");
}

TEST_CASE("the nearest candidate is suggested only when it may be meant") {
  const std::vector<std::string> keys = {"engine", "image", "timeouts.idle", "timeouts.task"};
  CHECK(nearest("engin", keys) == "engine");
  CHECK(nearest("imgae", keys) == "image");
  CHECK(nearest("timeouts.idel", keys) == "timeouts.idle");
  CHECK_FALSE(nearest("colour", keys));
  CHECK_FALSE(nearest("x", std::vector<std::string>{"a", "bc"}));
  CHECK_FALSE(nearest("x", {}));
}

TEST_CASE("bytes are shown with at most one decimal") {
  CHECK(human_bytes(0) == "0 B");
  CHECK(human_bytes(999) == "999 B");
  CHECK(human_bytes(1000) == "1.0 kB");
  CHECK(human_bytes(1'234'567) == "1.2 MB");
  CHECK(human_bytes(999'999) == "1.0 MB");
  CHECK(human_bytes(8'000'000'000'000'000) == "8000.0 TB");
}
