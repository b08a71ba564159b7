#include "milepost/harness/usage.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

Usage figures(std::uint64_t input, std::uint64_t cached, std::uint64_t output, double cost) {
  Usage usage;
  usage.input_tokens = input;
  usage.cached_tokens = cached;
  usage.output_tokens = output;
  usage.cost_usd = cost;
  return usage;
}

}  // namespace

TEST_CASE("a resumed session is charged what came on top of its earlier totals") {
  ResultEvent result;
  result.usage = figures(3000, 600, 120, 0.75);
  const Usage before = figures(2000, 500, 100, 0.5);
  SUBCASE("for what the harness counts together") {
    result.cost_is_cumulative = result.tokens_are_cumulative = true;
    const Usage part = own_part(result, before);
    CHECK(part.input_tokens == 1000u);
    CHECK(part.cached_tokens == 100u);
    CHECK(part.output_tokens == 20u);
    CHECK(part.cost_usd == 0.25);
  }
  SUBCASE("and not for what it counts for each run") {
    const Usage part = own_part(result, before);
    CHECK(part.input_tokens == 3000u);
    CHECK(part.cost_usd == 0.75);
  }
}

TEST_CASE("a total below the earlier ones is nothing, and an unknown one stays unknown") {
  ResultEvent result;
  result.cost_is_cumulative = result.tokens_are_cumulative = true;
  result.usage.input_tokens = 10;
  const Usage part = own_part(result, figures(20, 1, 1, 1));
  CHECK(part.input_tokens == 0u);
  CHECK_FALSE(part.output_tokens);
  CHECK_FALSE(part.cost_usd);
}
