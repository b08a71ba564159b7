#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Why an attempt ended without work that its checks could judge. Told from structured events and from how
/// the process ended, never from prose.
enum class FailureClass {
  auth,                ///< the login or key is not taken
  quota,               ///< a plan's or account's allowance is used up
  rate_limited,        ///< too many requests
  overloaded,          ///< the model's service failed
  context_overflow,    ///< the session has grown too long for the model
  turn_limit,          ///< the attempt's turns are used up
  budget,              ///< a budget was used up while the agent worked
  permission_blocked,  ///< the harness did not let the agent act
  refused,             ///< the model refused
  idle,                ///< silent for too long
  timeout,             ///< the attempt took too long
  hang_after_result,   ///< did not end after its final event
  crashed,             ///< ended without a final event, or against it
  oom,                 ///< out of memory
  infra,               ///< the container or the disk failed
  error,               ///< the harness ended with an error of no known class
};
inline constexpr std::size_t k_failure_classes = 16;

/// What follows a failure. A list of them is tried in order; the first that is possible is taken.
enum class FailureAction {
  wait,      ///< until the reset that the service stated, within `max_wait`; uses up no attempt
  retry,     ///< once more in the same session, while `retries` allow
  fresh,     ///< the same in a new session
  failover,  ///< the next harness of the list `harness` that has not tried this task since it was started
  ask,       ///< a person decides: exit code 4
  accept,    ///< take what the agent reported; only of hang_after_result
  stop,      ///< end the task; what stands when nothing else is possible
};

/// What each class of failure leads to. A value; the defaults are the built-in table.
class FailurePolicy {
 public:
  FailurePolicy();
  const std::vector<FailureAction>& actions(FailureClass failure) const;
  void set(FailureClass failure, std::vector<FailureAction> actions);

 private:
  std::array<std::vector<FailureAction>, k_failure_classes> table_;
};

std::string_view to_string(FailureClass failure);
std::optional<FailureClass> failure_class_named(std::string_view name);
std::string_view to_string(FailureAction action);

/// "wait, retry, stop". Throws UsageError without a place for an unknown word, a word twice, anything after
/// `stop`, `ask` or `accept`, an empty list, and `accept` of another class than hang_after_result.
std::vector<FailureAction> parse_failure_actions(FailureClass failure, std::string_view text);
std::string to_text(const std::vector<FailureAction>& actions);

}  // namespace milepost
