#include "milepost/doctor/check.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace milepost {

namespace {

std::size_t index_of(const std::vector<Check>& checks, const std::string& name) {
  const auto found =
      std::find_if(checks.begin(), checks.end(), [&](const Check& c) { return c.name == name; });
  return static_cast<std::size_t>(found - checks.begin());
}

CheckResult failure(const std::string& detail, const std::string& remedy) {
  return {.name = {}, .verdict = CheckVerdict::failed, .detail = detail, .remedy = remedy};
}

CheckResult run_guarded(const Check& check) {
  const auto start = SteadyClock::now();
  CheckResult result;
  try {
    result = check.run();
  } catch (const Error& error) {
    result = failure(error.what(), error.next_step());
  } catch (const std::exception& error) {
    result = failure(error.what(), "");
  }
  result.name = check.name;
  result.duration = std::chrono::duration_cast<Milliseconds>(SteadyClock::now() - start);
  return result;
}

/// The results as they come, shared by the threads of one run_checks().
class Board {
 public:
  explicit Board(std::size_t size) : results_(size) {}

  void put(std::size_t index, CheckResult result) {
    const std::lock_guard lock(mutex_);
    results_[index] = std::move(result);
    changed_.notify_all();
  }
  CheckVerdict wait_for(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return results_[index].has_value(); });
    return results_[index]->verdict;
  }
  /// Once every thread has ended.
  std::vector<CheckResult> take() {
    std::vector<CheckResult> all;
    for (std::optional<CheckResult>& result : results_) all.push_back(std::move(*result));
    return all;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<CheckResult>> results_;
};

}  // namespace

std::vector<Check> select_checks(std::vector<Check> checks, const std::vector<std::string>& names) {
  std::set<std::string> wanted;
  for (const std::string& name : names) {
    if (index_of(checks, name) == checks.size()) {
      std::vector<std::string> known;
      for (const Check& check : checks) known.push_back(check.name);
      const auto meant = nearest(name, known);
      throw UsageError(
          "unknown check '" + one_line(name, 60) + "'" + (meant ? "; did you mean '" + *meant + "'?" : ""),
          "the checks are: " + join(known, ", "));
    }
    wanted.insert(name);
  }
  for (auto check = checks.rbegin(); check != checks.rend(); ++check) {  // needs are earlier in the list
    if (wanted.contains(check->name)) wanted.insert(check->needs.begin(), check->needs.end());
  }
  std::erase_if(checks, [&](const Check& check) { return !wanted.contains(check.name); });
  return checks;
}

std::vector<CheckResult> run_checks(const std::vector<Check>& checks) {
  Board board(checks.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < checks.size(); ++i) {
      std::vector<std::size_t> needs;
      for (const std::string& name : checks[i].needs) {
        needs.push_back(index_of(checks, name));
        if (needs.back() >= i) {
          throw InternalError("the check '" + checks[i].name + "' needs '" + name +
                              "', which is not before it");
        }
      }
      threads.emplace_back([&board, &check = checks[i], i, needs] {
        if (check.ahead) check.ahead();
        for (std::size_t n = 0; n < needs.size(); ++n) {
          const CheckVerdict needed = board.wait_for(needs[n]);
          if (needed == CheckVerdict::passed || needed == CheckVerdict::warning) continue;
          board.put(i, {.name = check.name,
                        .verdict = CheckVerdict::skipped,
                        .detail = "needs '" + check.needs[n] + "', which did not pass",
                        .remedy = {}});
          return;
        }
        board.put(i, run_guarded(check));
      });
    }
  }
  return board.take();
}

bool all_passed(const std::vector<CheckResult>& results) {
  return std::all_of(results.begin(), results.end(), [](const CheckResult& result) {
    return result.verdict == CheckVerdict::passed || result.verdict == CheckVerdict::warning;
  });
}

std::string_view to_string(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::passed:
      return "passed";
    case CheckVerdict::warning:
      return "warning";
    case CheckVerdict::failed:
      return "failed";
    case CheckVerdict::skipped:
      return "skipped";
  }
  return "?";
}

}  // namespace milepost
