#include "check_plan.hpp"

// milepost's own YAML plans.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_plan(text_of(data, size), "fuzz.yaml");
  return 0;
}
