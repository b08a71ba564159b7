#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "support/failure_watch.hpp"
#include "support/start_listener.hpp"

#include <doctest/doctest.h>

namespace {

/// Notes whether the running test case has failed an assertion, so that its scratch directory is kept.
struct FailureListener : milepost::test::StartListener {
  using milepost::test::StartListener::StartListener;
  void test_case_start(const doctest::TestCaseData&) override { milepost::test::case_failed = false; }
  void test_case_exception(const doctest::TestCaseException&) override { milepost::test::case_failed = true; }
  void log_assert(const doctest::AssertData& data) override {
    if (data.m_failed) milepost::test::case_failed = true;
  }
};

}  // namespace

std::atomic<bool> milepost::test::case_failed{false};
REGISTER_LISTENER("failure-watch", 1, FailureListener);
