#include "doctor/early_question.hpp"

#include <exception>

namespace milepost::doctor {

void EarlyQuestion::ask(const Environment& environment) noexcept {
  try {
    const auto engine = ContainerEngine::likely(environment.config.engine);
    if (!engine) return;
    said_ = question_(*engine);
    asked_ = engine;
  } catch (const std::exception&) {
    asked_.reset();
  }
}

bool EarlyQuestion::answer(const ContainerEngine& engine) const {
  const bool same = asked_ && asked_->client() == engine.client() && asked_->kind() == engine.kind();
  return same ? said_ : question_(engine);
}

}  // namespace milepost::doctor
