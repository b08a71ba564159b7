#include "milepost/notify/notifier.hpp"

#include "milepost/base/log.hpp"

namespace milepost {

namespace {

constexpr std::size_t k_queue = 32;

}  // namespace

Notifier::Notifier(NotifyTargets targets)
    : targets_(std::move(targets)), thread_([this](std::stop_token stop) { work(std::move(stop)); }) {}

Notifier::~Notifier() {
  finish(Milliseconds(0));
}

void Notifier::on_run_event(const RunEvent& event, const RunState& state) {
  for (Notification& notification : notifications_of(event, state)) send(std::move(notification));
}

void Notifier::send(Notification notification) {
  if (!targets_.wants(notification.kind)) return;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() == k_queue) {
      waiting_.pop_front();
      ++lost_;
    }
    waiting_.push_back(std::move(notification));
  }
  changed_.notify_all();
}

void Notifier::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return !waiting_.empty(); })) {
    Notification next = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    const std::vector<Delivered> all = deliver(targets_, std::move(next), stop);
    lock.lock();
    busy_ = false;
    for (const Delivered& delivered : all) {
      if (delivered.problem.empty()) continue;
      log::warning("notification by " + delivered.target + ": " + delivered.problem);
      Problem& problem = problems_[delivered.target];
      if (problem.count++ == 0) problem.first = delivered.problem;
    }
    changed_.notify_all();
    if (stop.stop_requested()) return;
  }
}

std::vector<std::string> Notifier::finish(Milliseconds limit) {
  if (!thread_.joinable()) return {};
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [&] { return waiting_.empty() && !busy_; });
    lost_ += static_cast<unsigned>(waiting_.size());
    waiting_.clear();
  }
  thread_.request_stop();
  thread_.join();
  std::vector<std::string> lines;
  for (const auto& [target, problem] : problems_)
    lines.push_back("notification by " + target + ": " + problem.first +
                    (problem.count > 1 ? " (" + std::to_string(problem.count) + " times)" : ""));
  if (lost_ > 0)
    lines.push_back(std::to_string(lost_) + " notifications were not sent: the targets were too slow");
  return lines;
}

}  // namespace milepost
