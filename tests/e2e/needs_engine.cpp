// Linked into the test programs that cannot do without a real engine.

#include "support.hpp"

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

struct NeedsEngine : doctest::IReporter {
  explicit NeedsEngine(const doctest::ContextOptions&) {}
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {
    const std::string problem = why_no_engine(engine_under_test());
    if (problem.empty()) return;
    const bool required = required_by_environment();
    std::fprintf(stderr, "%s: these tests need a container engine and the agent image: %s\n",
                 required ? "FAILED" : "SKIPPED", problem.c_str());
    std::_Exit(required ? 1 : 77);
  }
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_start(const doctest::TestCaseData&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("needs-engine", 1, NeedsEngine);

}  // namespace

}  // namespace milepost::test
