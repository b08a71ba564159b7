#include "milepost/config/budget.hpp"

namespace milepost {

Budget default_run_budget() {
  return {.usd = 50, .tokens = 50'000'000, .turns = 5000, .time = std::chrono::hours(12), .attempts = 200};
}

Budget default_task_budget() {
  return {.usd = 10, .tokens = 10'000'000, .turns = 500, .time = std::chrono::hours(4), .attempts = 12};
}

}  // namespace milepost
