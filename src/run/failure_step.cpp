#include "failure_step.hpp"

#include "milepost/base/time.hpp"
#include "milepost/run/failure_class.hpp"

#include "failure_fingerprint.hpp"
#include "step_rules.hpp"

#include <algorithm>

namespace milepost {

namespace {

using TimePoint = std::chrono::system_clock::time_point;

constexpr Milliseconds k_longest_backoff = std::chrono::minutes(10);

/// Whether the class's failures are the service's: then an attempt at once would only meet them again.
bool is_of_service(FailureClass failure) {
  return failure == FailureClass::rate_limited || failure == FailureClass::overloaded;
}

class Breakdown {
 public:
  Breakdown(const TaskState& task, const StepPolicy& policy, FailureClass failure, AttemptReason again)
      : task_(task), policy_(policy), failure_(failure), again_(again), last_(task.attempts.back()) {}

  std::optional<Step> follow() const {
    for (const FailureAction action : policy_.on_failure.actions(failure_)) {
      if (action == FailureAction::accept) return std::nullopt;
      if (auto step = take(action)) return step;
    }
    return finish(last_.end.outcome == Outcome::completed ? Outcome::failed : last_.end.outcome);
  }

 private:
  std::optional<Step> take(FailureAction action) const {
    switch (action) {
      case FailureAction::wait:
        return wait();
      case FailureAction::retry:
      case FailureAction::fresh:
        return retry(action == FailureAction::fresh);
      case FailureAction::failover:
        return failover();
      case FailureAction::ask:
        return finish(Outcome::needs_human);
      case FailureAction::accept:
      case FailureAction::stop:
        break;
    }
    return finish(last_.end.outcome == Outcome::completed ? Outcome::failed : last_.end.outcome);
  }

  std::optional<Step> wait() const {
    const auto reset = parse_utc(last_.end.retry_at), ended = parse_utc(last_.ended_at);
    if (!reset || !ended || policy_.max_wait.count() == 0) return std::nullopt;
    const auto left = policy_.max_wait - waited();
    if (*reset - *ended > left) return std::nullopt;
    return StartAttempt{again_, last_.harness, false, last_.end.retry_at};
  }

  std::optional<Step> retry(bool fresh) const {
    // A stated reset is further away than the task may wait: to try before it is in vain.
    if (is_of_service(failure_) && !last_.end.retry_at.empty()) return std::nullopt;
    const unsigned tries = tries_of_harness();
    if (tries > policy_.retries) return std::nullopt;
    StartAttempt start{again_, last_.harness, fresh, {}};
    if (is_of_service(failure_)) {
      const Milliseconds pause =
          std::min(k_longest_backoff, policy_.backoff * (1u << std::min(tries - 1, 10u)));
      if (const auto ended = parse_utc(last_.ended_at)) start.earliest = utc_text(*ended + pause);
    }
    return start;
  }

  std::optional<Step> failover() const {
    const auto tried = [&](const std::string& harness) {
      return std::any_of(since_start(), task_.attempts.end(),
                         [&](const AttemptState& attempt) { return attempt.harness == harness; });
    };
    for (const std::string& harness : policy_.harnesses) {
      if (!tried(harness)) return StartAttempt{AttemptReason::failover, harness, true, {}};
    }
    return std::nullopt;
  }

  FinishTask finish(Outcome outcome) const {
    FinishTask finish{outcome, last_.end.detail};
    if (const unsigned tries = tries_of_harness(); tries > 1)
      finish.detail += " (" + std::to_string(tries) + " attempts)";
    if (policy_.harnesses.size() > 1) finish.detail += " (" + last_.harness + ")";
    return finish;
  }

  std::vector<AttemptState>::const_iterator since_start() const {
    return task_.attempts.begin() + static_cast<std::ptrdiff_t>(task_.attempts_before_start);
  }

  /// Whether the attempt's stated reset was waited for: then it used up nothing.
  bool was_waited_for(std::vector<AttemptState>::const_iterator attempt) const {
    const auto next = attempt + 1;
    return !attempt->end.retry_at.empty() && next != task_.attempts.end() &&
           next->harness == attempt->harness && next->started_at >= attempt->end.retry_at;
  }

  /// Ended attempts of the last one's harness since the start that count against `retries`.
  unsigned tries_of_harness() const {
    unsigned tries = 0;
    for (auto attempt = since_start(); attempt != task_.attempts.end(); ++attempt) {
      const bool counts = attempt->ended && attempt->harness == last_.harness &&
                          (failure_class(attempt->end) || counts_as_failed(*attempt)) &&
                          !was_waited_for(attempt);
      if (counts) ++tries;
    }
    return tries;
  }

  Milliseconds waited() const {
    Milliseconds sum{0};
    for (auto attempt = since_start(); attempt != task_.attempts.end(); ++attempt) {
      if (!was_waited_for(attempt)) continue;
      const auto from = parse_utc(attempt->ended_at), to = parse_utc((attempt + 1)->started_at);
      if (from && to) sum += std::chrono::ceil<Milliseconds>(*to - *from);
    }
    return sum;
  }

  const TaskState& task_;
  const StepPolicy& policy_;
  FailureClass failure_;
  AttemptReason again_;
  const AttemptState& last_;
};

}  // namespace

std::optional<Step> after_breakdown(const TaskState& task, const StepPolicy& policy, AttemptReason again) {
  const AttemptState& last = task.attempts.back();
  if (!last.ended || last.end.result == k_tampered) return std::nullopt;
  const auto failure = failure_class(last.end);
  if (!failure) return std::nullopt;
  return Breakdown(task, policy, *failure, again).follow();
}

unsigned same_failures_in_a_row(const TaskState& task) {
  std::string newest;
  unsigned count = 0;
  for (std::size_t i = task.attempts.size(); i > task.attempts_before_start; --i) {
    const std::string fingerprint = failure_fingerprint(task.attempts[i - 1]);
    if (fingerprint.empty()) continue;
    if (newest.empty()) newest = fingerprint;
    if (fingerprint != newest) break;
    ++count;
  }
  return count;
}

}  // namespace milepost
