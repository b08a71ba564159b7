#pragma once

#include "milepost/harness/event.hpp"

#include <algorithm>

namespace milepost {

/// Adds figure by figure; a sum is known as soon as one part is.
inline void add(Usage& total, const Usage& more) {
  const auto sum = [](auto& left, const auto& right) {
    if (right) left = left ? *left + *right : *right;
  };
  sum(total.input_tokens, more.input_tokens);
  sum(total.cached_tokens, more.cached_tokens);
  sum(total.output_tokens, more.output_tokens);
  sum(total.cost_usd, more.cost_usd);
  sum(total.turns, more.turns);
  total.cost_estimated = total.cost_estimated || (more.cost_estimated && more.cost_usd);
}

/// The part of a session's totals that came after `before`; what is unknown stays so.
inline void subtract_tokens(Usage& total, const Usage& before) {
  const auto take = [](auto& left, const auto& right) {
    if (left) left = *left - std::min(*left, right.value_or(0));
  };
  take(total.input_tokens, before.input_tokens);
  take(total.cached_tokens, before.cached_tokens);
  take(total.output_tokens, before.output_tokens);
}

/// Turns the cumulative figures of a resumed session's result into this run's part. `before`: what the
/// session's earlier runs were charged.
inline Usage own_part(const ResultEvent& result, const Usage& before) {
  Usage usage = result.usage;
  if (result.cost_is_cumulative && usage.cost_usd)
    usage.cost_usd = std::max(0.0, *usage.cost_usd - before.cost_usd.value_or(0));
  if (result.tokens_are_cumulative) subtract_tokens(usage, before);
  return usage;
}

}  // namespace milepost
