#include "kill_campaign.hpp"

#include "e2e/support.hpp"
#include "process_engine.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

TEST_CASE("F1, F2, F3, F8, F47: after SIGKILL at random moments nothing is left, lost or falsely done") {
  const ProcessEngine engine;
  engine.set_slow_start(20ms);
  CHECK(run_campaign_of_test(engine.client(), 8).violations.empty());
}
