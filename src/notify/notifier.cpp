#include "milepost/notify/notifier.hpp"

#include "milepost/base/log.hpp"

namespace milepost {

Notifier::Notifier(NotifyTargets targets)
    : targets_(std::move(targets)),
      queue_({.waiting = 32}, [this](std::vector<Notification> batch, std::stop_token stop) {
        for (Notification& notification : batch) deliver_one(std::move(notification), stop);
      }) {}

void Notifier::on_run_event(const RunEvent& event, const RunState& state) {
  for (Notification& notification : notifications_of(event, state)) send(std::move(notification));
}

void Notifier::send(Notification notification) {
  if (targets_.wants(notification.kind)) queue_.push(std::move(notification));
}

void Notifier::deliver_one(Notification notification, std::stop_token stop) {
  for (const Delivered& delivered : deliver(targets_, std::move(notification), std::move(stop))) {
    if (delivered.problem.empty()) continue;
    log::warning("notification by " + delivered.target + ": " + delivered.problem);
    Problem& problem = problems_[delivered.target];
    if (problem.count++ == 0) problem.first = delivered.problem;
  }
}

std::vector<std::string> Notifier::finish(Milliseconds limit) {
  const std::size_t lost = queue_.finish(limit);
  std::vector<std::string> lines;
  for (const auto& [target, problem] : std::exchange(problems_, {}))
    lines.push_back("notification by " + target + ": " + problem.first +
                    (problem.count > 1 ? " (" + std::to_string(problem.count) + " times)" : ""));
  if (lost > 0)
    lines.push_back(std::to_string(lost) + " notifications were not sent: the targets were too slow");
  return lines;
}

}  // namespace milepost
