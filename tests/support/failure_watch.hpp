#pragma once

#include <atomic>

namespace milepost::test {

/// Whether an assertion of the running test case has failed.
extern std::atomic<bool> case_failed;

}  // namespace milepost::test
