#include "check_plan.hpp"

// GSD plans: the name makes every text one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_plan(text_of(data, size), "07-02-PLAN.md");
  return 0;
}
