#include "natural_order.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using milepost::parsing::natural_less;

TEST_CASE("plans and phases are ordered as people number them") {
  const std::vector<std::string> ordered = {"",       "12-00a", "12-01",  "12-2",   "12-03",
                                            "12-03b", "12-10",  "12.1-1", "12A-01", "12A.1-1",
                                            "13-01",  "CK-01",  "PLAN"};
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      CAPTURE(ordered[i]);
      CAPTURE(ordered[j]);
      CHECK(natural_less(ordered[i], ordered[j]) == (i < j));
    }
  }
}

TEST_CASE("equal numbers with other zeros still have an order") {
  CHECK(natural_less("01", "1") != natural_less("1", "01"));
  CHECK_FALSE(natural_less("0", "0"));
  CHECK(natural_less("99999999999999999999998", "99999999999999999999999"));
}
