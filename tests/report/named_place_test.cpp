#include "report/named_place.hpp"

#include <doctest/doctest.h>

using milepost::named_place;

TEST_CASE("the first place that a compiler or a test names is found") {
  const auto place = named_place("FAILED\n  src/a.c:12:3: error: x\nsrc/b.c:1: note\n");
  REQUIRE(place);
  CHECK(place->file == "src/a.c");
  CHECK(place->line == "12");
  CHECK(named_place("./tests/test_a.py:7: AssertionError")->file == "tests/test_a.py");
  CHECK(named_place("a.go:9")->line == "9");
}

TEST_CASE("what is no place in the code folder is none") {
  for (const char* text : {"", "error: x", "error:12: x", "/etc/passwd:1: x", "../a.c:1: x", "a.c:x", "a.c:",
                           "a.c:123456789:", "10:30:12 started", "http://host:80/", "a b.c:1:", "a.c:12x"}) {
    CAPTURE(text);
    CHECK_FALSE(named_place(text));
  }
}
