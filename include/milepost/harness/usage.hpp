#pragma once

#include "milepost/harness/event.hpp"

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
}

}  // namespace milepost
