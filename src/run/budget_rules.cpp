#include "milepost/run/budget_rules.hpp"

#include "milepost/harness/usage.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace milepost {

namespace {

std::uint64_t tokens_of(const Usage& usage) {
  return usage.input_tokens.value_or(0) + usage.output_tokens.value_or(0);
}

template <class Number>
std::optional<Number> rest(const std::optional<Number>& limit, Number spent) {
  if (!limit) return std::nullopt;
  return *limit > spent ? *limit - spent : Number{};
}

}  // namespace

Spent spent_of(const TaskState& task) {
  Spent spent{task.usage(), task.time_spent(), 0};
  spent.attempts =
      static_cast<std::uint64_t>(std::ranges::count_if(task.attempts, [](const AttemptState& attempt) {
        return attempt.reason != AttemptReason::check;  // in which nobody worked
      }));
  return spent;
}

Spent spent_of(const RunState& run) {
  Spent spent{run.usage(), run.time_spent(), 0};
  for (const auto* tasks : {&run.tasks, &run.removed}) {
    for (const TaskState& task : *tasks) spent.attempts += spent_of(task).attempts;
  }
  return spent;
}

std::string used_up(const Budget& budget, const Spent& spent) {
  if (budget.usd && spent.usage.cost_usd.value_or(0) >= *budget.usd)
    return fmt::format("its ${:.2f}", *budget.usd);
  if (budget.tokens && tokens_of(spent.usage) >= *budget.tokens)
    return fmt::format("its {} tokens", *budget.tokens);
  if (budget.turns && spent.usage.turns.value_or(0) >= *budget.turns)
    return fmt::format("its {} turns", *budget.turns);
  if (budget.time && spent.time >= *budget.time) return "its " + human_duration(*budget.time) + " of work";
  if (budget.attempts && spent.attempts >= *budget.attempts)
    return fmt::format("its {} attempts", *budget.attempts);
  return {};
}

Left left_of(const Budget& run, const Spent& run_spent, const Budget& task, const Spent& task_spent) {
  const auto least = [&](auto Budget::*part, auto spent) {
    using Number = decltype(spent(run_spent));
    return tighter<Number>(rest<Number>(run.*part, spent(run_spent)),
                           rest<Number>(task.*part, spent(task_spent)));
  };
  Left left;
  left.limits.usd = least(&Budget::usd, [](const Spent& spent) { return spent.usage.cost_usd.value_or(0); });
  left.limits.tokens = least(&Budget::tokens, [](const Spent& spent) { return tokens_of(spent.usage); });
  left.limits.turns = least(
      &Budget::turns, [](const Spent& spent) -> std::uint64_t { return spent.usage.turns.value_or(0); });
  left.time = least(&Budget::time, [](const Spent& spent) { return spent.time; });
  return left;
}

void hand_over(SpendingLimits& limits, const HarnessCapabilities& can, HarnessRequest& request) {
  constexpr std::uint64_t k_most = 1u << 30;
  if (limits.turns) request.max_turns = static_cast<unsigned>(std::min(*limits.turns, k_most));
  request.max_usd = limits.usd;
  if (can.limits_turns && limits.turns) limits.turns = *limits.turns * 2 + 10;
  if (can.limits_cost) limits.usd.reset();
}

}  // namespace milepost
