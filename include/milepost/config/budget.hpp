#pragma once

#include "milepost/base/time.hpp"

#include <cstdint>
#include <optional>

namespace milepost {

/// What a run or a task may use up, over all its attempts and sessions. An absent part is unlimited.
struct Budget {
  std::optional<double> usd = {};            ///< reported or estimated cost; unknown cost does not count
  std::optional<std::uint64_t> tokens = {};  ///< input and output, cached ones apart
  std::optional<std::uint64_t> turns = {};   ///< of the agent
  std::optional<Milliseconds> time = {};     ///< of attempts and checks; waiting does not count
  std::optional<std::uint64_t> attempts = {};
};

/// The built-in ones: far above what honest work needs, far below what a loop overnight costs.
Budget default_run_budget();
Budget default_task_budget();

}  // namespace milepost
