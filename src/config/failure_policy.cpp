#include "milepost/config/failure_policy.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

using Action = FailureAction;

struct Row {
  FailureClass failure;
  std::string_view name;
  std::vector<Action> actions;
};

/// The built-in table.
const std::array<Row, k_failure_classes>& rows() {
  static const std::array<Row, k_failure_classes> table = {{
      {FailureClass::auth, "auth", {Action::failover, Action::stop}},
      {FailureClass::quota, "quota", {Action::wait, Action::failover, Action::stop}},
      {FailureClass::rate_limited,
       "rate_limited",
       {Action::wait, Action::retry, Action::failover, Action::stop}},
      {FailureClass::overloaded, "overloaded", {Action::retry, Action::failover, Action::stop}},
      {FailureClass::context_overflow, "context_overflow", {Action::fresh, Action::failover, Action::stop}},
      {FailureClass::turn_limit, "turn_limit", {Action::stop}},
      {FailureClass::budget, "budget", {Action::stop}},
      {FailureClass::permission_blocked, "permission_blocked", {Action::ask}},
      {FailureClass::refused, "refused", {Action::failover, Action::ask}},
      {FailureClass::idle, "idle", {Action::retry, Action::failover, Action::stop}},
      {FailureClass::timeout, "timeout", {Action::stop}},
      {FailureClass::hang_after_result, "hang_after_result", {Action::accept}},
      {FailureClass::crashed, "crashed", {Action::retry, Action::stop}},
      {FailureClass::oom, "oom", {Action::stop}},
      {FailureClass::infra, "infra", {Action::stop}},
      {FailureClass::error, "error", {Action::retry, Action::stop}},
  }};
  return table;
}

constexpr std::array<std::pair<Action, std::string_view>, 7> k_actions = {{{Action::wait, "wait"},
                                                                           {Action::retry, "retry"},
                                                                           {Action::fresh, "fresh"},
                                                                           {Action::failover, "failover"},
                                                                           {Action::ask, "ask"},
                                                                           {Action::accept, "accept"},
                                                                           {Action::stop, "stop"}}};

/// Always possible, so nothing can come after it.
bool is_last_word(Action action) {
  return action == Action::ask || action == Action::accept || action == Action::stop;
}

Action read_action(std::string_view word) {
  std::vector<std::string> known;
  for (const auto& [action, name] : k_actions) {
    if (name == word) return action;
    known.emplace_back(name);
  }
  const auto meant = nearest(to_lower_ascii(word), known);
  throw UsageError("'" + one_line(word, 40) + "' is none of " + join(known, ", ") +
                   (meant ? "; did you mean '" + *meant + "'?" : ""));
}

}  // namespace

FailurePolicy::FailurePolicy() {
  for (const Row& row : rows()) set(row.failure, row.actions);
}

const std::vector<FailureAction>& FailurePolicy::actions(FailureClass failure) const {
  return table_[static_cast<std::size_t>(failure)];
}

void FailurePolicy::set(FailureClass failure, std::vector<FailureAction> actions) {
  table_[static_cast<std::size_t>(failure)] = std::move(actions);
}

std::string_view to_string(FailureClass failure) {
  return rows()[static_cast<std::size_t>(failure)].name;
}

std::optional<FailureClass> failure_class_named(std::string_view name) {
  for (const Row& row : rows()) {
    if (row.name == name) return row.failure;
  }
  return std::nullopt;
}

std::string_view to_string(FailureAction action) {
  return std::find_if(k_actions.begin(), k_actions.end(),
                      [&](const auto& entry) { return entry.first == action; })
      ->second;
}

std::vector<FailureAction> parse_failure_actions(FailureClass failure, std::string_view text) {
  std::vector<FailureAction> actions;
  for (const std::string_view part : split(text, ',')) {
    const Action action = read_action(trim(part));
    const std::string word(to_string(action));
    if (std::find(actions.begin(), actions.end(), action) != actions.end())
      throw UsageError("'" + word + "' is there twice");
    if (!actions.empty() && is_last_word(actions.back()))
      throw UsageError("nothing can come after '" + std::string(to_string(actions.back())) + "'");
    if (action == Action::accept && failure != FailureClass::hang_after_result)
      throw UsageError("'accept' is possible for hang_after_result only");
    actions.push_back(action);
  }
  return actions;
}

std::string to_text(const std::vector<FailureAction>& actions) {
  std::string text;
  for (const FailureAction action : actions)
    text += (text.empty() ? "" : ", ") + std::string(to_string(action));
  return text;
}

}  // namespace milepost
