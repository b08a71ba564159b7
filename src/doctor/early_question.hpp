#pragma once

#include "milepost/doctor/environment_checks.hpp"

#include <functional>
#include <optional>

namespace milepost::doctor {

/// A yes-or-no question to the engine that begins while the check "engine" still asks for its version: an
/// engine's client takes longer to start than its daemon takes to answer. ask() and answer() in this order.
class EarlyQuestion {
 public:
  explicit EarlyQuestion(std::function<bool(const ContainerEngine&)> question)
      : question_(std::move(question)) {}

  /// Asks the engine that will probably be found. Never throws: what fails is asked again.
  void ask(const Environment& environment) noexcept;
  /// The answer of this engine, asked anew unless it has answered already. Throws what the question throws.
  bool answer(const ContainerEngine& engine) const;

 private:
  std::function<bool(const ContainerEngine&)> question_;
  std::optional<ContainerEngine> asked_;  ///< set when it has answered
  bool said_ = false;
};

}  // namespace milepost::doctor
