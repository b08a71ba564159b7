// Without namespaces there is no engine of this program's own, and nothing can be tried.

#include "process_engine.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

namespace milepost::test {

namespace {

struct NeedsNamespaces : doctest::IReporter {
  explicit NeedsNamespaces(const doctest::ContextOptions&) {}
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {
    const std::string problem = ProcessEngine::why_not();
    if (problem.empty()) return;
    std::fprintf(stderr, "SKIPPED: this machine does not let namespaces be made: %s\n", problem.c_str());
    std::_Exit(77);
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
REGISTER_LISTENER("needs-namespaces", 1, NeedsNamespaces);

}  // namespace

}  // namespace milepost::test
