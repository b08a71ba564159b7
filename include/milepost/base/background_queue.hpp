#pragma once

#include "milepost/base/time.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace milepost {

/// How much a queue keeps and hands on.
struct QueueLimits {
  std::size_t waiting = 32;  ///< items; when it is full the oldest one is lost
  std::size_t batch = 1;     ///< most items handed on at once
  Milliseconds linger{0};    ///< how long the first item waits for more of its batch
};

/// Hands items on by a thread of its own, in order, so that whoever gives them never waits for whoever takes
/// them. push() may be called from any thread.
template <class Item>
class BackgroundQueue {
 public:
  /// `hand_on` is called on the queue's thread and must not throw; the stop asks it to give up.
  using HandOn = std::function<void(std::vector<Item> batch, std::stop_token stop)>;

  BackgroundQueue(QueueLimits limits, HandOn hand_on)
      : limits_(limits),
        hand_on_(std::move(hand_on)),
        thread_([this](std::stop_token stop) { work(stop); }) {}
  /// What still waits is lost; what is under way is asked to give up.
  ~BackgroundQueue() { finish(Milliseconds(0)); }
  BackgroundQueue(const BackgroundQueue&) = delete;
  BackgroundQueue& operator=(const BackgroundQueue&) = delete;

  void push(Item item) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() == limits_.waiting) {
        waiting_.pop_front();
        ++lost_;
      }
      waiting_.push_back(std::move(item));
    }
    changed_.notify_all();
  }

  /// Waits until everything is handed on, at most so long, and ends the thread. Returns how many items were
  /// lost in all; 0 when called again. Nothing is handed on afterwards.
  std::size_t finish(Milliseconds limit) {
    if (!thread_.joinable()) return 0;
    {
      std::unique_lock lock(mutex_);
      finishing_ = true;
      changed_.notify_all();
      changed_.wait_for(lock, limit, [&] { return waiting_.empty() && !busy_; });
      lost_ += waiting_.size();
      waiting_.clear();
    }
    thread_.request_stop();
    thread_.join();
    return std::exchange(lost_, 0);
  }

 private:
  void work(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return !waiting_.empty(); })) {
      if (limits_.linger.count() > 0)
        changed_.wait_for(lock, stop, limits_.linger,
                          [&] { return finishing_ || waiting_.size() >= limits_.batch; });
      std::vector<Item> batch;
      while (!waiting_.empty() && batch.size() < limits_.batch) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
      if (batch.empty()) continue;
      busy_ = true;
      lock.unlock();
      hand_on_(std::move(batch), stop);
      lock.lock();
      busy_ = false;
      changed_.notify_all();
      if (stop.stop_requested()) return;
    }
  }

  const QueueLimits limits_;
  const HandOn hand_on_;
  std::mutex mutex_;  ///< of everything below but the thread
  std::condition_variable_any changed_;
  std::deque<Item> waiting_;
  bool busy_ = false, finishing_ = false;
  std::size_t lost_ = 0;
  std::jthread thread_;
};

}  // namespace milepost
