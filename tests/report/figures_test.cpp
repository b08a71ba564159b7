#include "milepost/report/figures.hpp"

#include <doctest/doctest.h>

using namespace milepost;

TEST_CASE("a count is told short, and never as a thousand thousands") {
  CHECK(short_count(0) == "0");
  CHECK(short_count(999) == "999");
  CHECK(short_count(1'000) == "1.0k");
  CHECK(short_count(9'949) == "9.9k");
  CHECK(short_count(9'950) == "10k");
  CHECK(short_count(180'000) == "180k");
  CHECK(short_count(999'499) == "999k");
  CHECK(short_count(999'500) == "1.0M");
  CHECK(short_count(12'345'678) == "12.3M");
}

TEST_CASE("cached tokens stand beside those that were read anew") {
  Usage usage;
  CHECK(token_text(usage) == "");
  usage.input_tokens = 12'000;
  usage.output_tokens = 2'000;
  CHECK(token_text(usage) == "12k in, 2.0k out");
  usage.cached_tokens = 0;
  CHECK(token_text(usage) == "12k in, 2.0k out");
  usage.cached_tokens = 180'000;
  CHECK(token_text(usage) == "12k in (+180k cached), 2.0k out");
  usage = {};
  usage.cached_tokens = 7;
  CHECK(token_text(usage) == "0 in (+7 cached), 0 out");
}
