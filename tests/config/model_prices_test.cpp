#include "milepost/config/model_prices.hpp"

#include "milepost/base/error.hpp"

#include <doctest/doctest.h>

using namespace milepost;

TEST_CASE("a model has the price of the longest name that fits it") {
  REQUIRE(price_of("gpt-5-mini-2026", {}));
  CHECK(price_of("gpt-5-mini-2026", {})->input == 0.25);
  CHECK(price_of("gpt-5-codex", {})->input == 1.25);
  CHECK(price_of("openai/gpt-5-codex", {})->output == 10);
  CHECK_FALSE(price_of("some-model", {}));
  CHECK_FALSE(price_of("", {}));
}

TEST_CASE("the user's own prices go before the built-in ones") {
  const std::vector<std::string> own = {"gpt-*=1/2/3", "local=0/0/0"};
  CHECK(price_of("gpt-5-mini", own)->input == 1);
  CHECK(price_of("gpt-5-mini", own)->cached == 2);
  CHECK(price_of("local", own)->output == 0);
  CHECK_FALSE(price_of("local-2", own));
}

TEST_CASE("a price that is none is refused") {
  for (const char* text : {"", "gpt", "gpt=", "gpt=1/2", "gpt=1/2/3/4", "=1/2/3", "gpt=a/2/3", "gpt=1/-2/3"})
    CHECK_THROWS_AS(parse_model_price(text), UsageError);
}
