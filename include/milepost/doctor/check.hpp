#pragma once

#include "milepost/base/time.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

enum class CheckVerdict { passed, warning, failed, skipped };

struct CheckResult {
  std::string name;
  CheckVerdict verdict = CheckVerdict::passed;
  std::string detail;  ///< what was found
  std::string remedy;  ///< a command or a sentence; empty when there is nothing to do
  Milliseconds duration{0};
};

/// One environment check; skipped, not failed, when one it needs failed or was skipped.
struct Check {
  std::string name;
  std::vector<std::string> needs;    ///< names of checks earlier in the list
  std::function<CheckResult()> run;  ///< a thrown Error becomes `failed` with its message and next step
  std::function<void()> ahead = {};  ///< begins at once, before what it needs has passed; must not throw
};

/// The checks of these names and those they need, in the given order. Throws UsageError with a suggestion for
/// an unknown name.
std::vector<Check> select_checks(std::vector<Check> checks, const std::vector<std::string>& names);

/// Runs the checks, each after those it needs; independent ones at the same time. Results in the given order.
std::vector<CheckResult> run_checks(const std::vector<Check>& checks);

/// No check failed or was skipped; a warning is fine.
bool all_passed(const std::vector<CheckResult>& results);

std::string_view to_string(CheckVerdict verdict);
/// A table for people, and JSON for scripts.
std::string checks_table(const std::vector<CheckResult>& results, bool colour);
std::string checks_json(const std::vector<CheckResult>& results);

}  // namespace milepost
