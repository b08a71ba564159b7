// Linked into the test programs that cannot do without a real engine.

#include "support.hpp"
#include "support/start_listener.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace milepost::test {

namespace {

bool required_by_environment() {
  const char* value = std::getenv("MILEPOST_TEST_REQUIRE_ENGINE");
  return value && std::string_view(value) == "1";
}

struct NeedsEngine : StartListener {
  using StartListener::StartListener;
  void test_run_start() override {
    const std::string problem = why_no_engine(engine_under_test());
    if (problem.empty()) return;
    const bool required = required_by_environment();
    std::fprintf(stderr, "%s: these tests need a container engine and the agent image: %s\n",
                 required ? "FAILED" : "SKIPPED", problem.c_str());
    std::_Exit(required ? 1 : 77);
  }
};
REGISTER_LISTENER("needs-engine", 1, NeedsEngine);

}  // namespace

}  // namespace milepost::test
