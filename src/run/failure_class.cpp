#include "milepost/run/failure_class.hpp"

#include <array>
#include <string_view>

namespace milepost {

namespace {

/// Result words that are not the name of their class (attempt_outcome).
constexpr std::array<std::pair<std::string_view, FailureClass>, 9> k_words = {{
    {"idle_timeout", FailureClass::idle},
    {"task_timeout", FailureClass::timeout},
    {"no_result", FailureClass::crashed},
    {"contradicting_results", FailureClass::crashed},
    {"exit_status", FailureClass::crashed},
    {"lost", FailureClass::infra},
    {"not_recorded", FailureClass::infra},
    {"not_started", FailureClass::infra},
    {"output_lost", FailureClass::infra},
}};

}  // namespace

std::optional<FailureClass> failure_class(const AttemptEnded& end) {
  if (end.question || end.scenario) return std::nullopt;  // the agent's own words
  for (const auto& [word, failure] : k_words) {
    if (end.result == word) return failure;
  }
  return failure_class_named(end.result);
}

}  // namespace milepost
