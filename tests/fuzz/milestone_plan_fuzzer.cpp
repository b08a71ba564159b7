#include "check_plan.hpp"

// Markdown milestone plans.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_plan(text_of(data, size), "M3_fuzz.md");
  return 0;
}
