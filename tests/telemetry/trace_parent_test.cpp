#include "milepost/telemetry/trace_parent.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;

TEST_CASE("TRACEPARENT names a trace, a span and whether they are recorded") {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c", span = "b7ad6b7169203331";
  const auto parent = trace_parent_of("00-" + trace + "-" + span + "-01");
  REQUIRE(parent);
  CHECK(parent->trace_id == trace);
  CHECK(parent->span_id == span);
  CHECK(parent->sampled);
  CHECK_FALSE(trace_parent_of("00-" + trace + "-" + span + "-02")->sampled);
  CHECK(trace_parent_of("00-" + trace + "-" + span + "-ff")->sampled);
  CHECK(trace_parent_of("cc-" + trace + "-" + span + "-01-what-comes-later"));
  for (const std::string& bad :
       {std::string(), std::string("00"), "00-" + trace + "-" + span, "ff-" + trace + "-" + span + "-01",
        "00-" + trace + "-" + span + "-01-more", "00-" + trace + "-" + span + "-0x",
        "00-" + std::string(32, '0') + "-" + span + "-01", "00-" + trace + "-" + std::string(16, '0') + "-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + span + "-01", "00_" + trace + "-" + span + "-01",
        "cc-" + trace + "-" + span + "-01x"}) {
    CAPTURE(bad);
    CHECK_FALSE(trace_parent_of(bad));
  }
}
