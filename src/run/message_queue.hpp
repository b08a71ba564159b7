#pragma once

#include "milepost/base/time.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace milepost {

/// Work for the main thread, posted by workers. The only place of a run where a mutex is shared.
class MessageQueue {
 public:
  using Message = std::function<void()>;

  /// For what a worker may wait for: taken as soon as all that was posted before it is.
  void post(Message message) {
    bool wakes = false;
    {
      const std::lock_guard lock(mutex_);
      // The one taker sleeps only at an empty queue or in a pause; each needless wake costs a switch.
      wakes = std::exchange(pausing_, false) || messages_.empty();
      messages_.push_back({std::move(message), /*is_live=*/false});
    }
    if (wakes) ready_.notify_one();
  }

  /// For what is only looked at: posts unless `limit` messages are waiting already; tells whether it did.
  /// While many come in a row they are taken in groups, each some milliseconds late.
  template <class Work>
  bool post_unless_full(Work&& work, std::size_t limit) {
    bool wakes = false;
    {
      const std::lock_guard lock(mutex_);
      if (messages_.size() >= limit) return false;
      wakes = !pausing_ && messages_.empty();
      messages_.push_back({Message(std::forward<Work>(work)), /*is_live=*/true});
      if (pausing_ && messages_.size() >= limit / 2) {
        pausing_ = false;
        wakes = true;
      }
    }
    if (wakes) ready_.notify_one();
    return true;
  }

  /// Waits for the next message, until `limit` at most; nothing when none came. Every worker posts one when
  /// it ends, however it ends, so this never waits for ever.
  std::optional<Message> take_until(SteadyClock::time_point limit) {
    std::unique_lock lock(mutex_);
    const auto there = [this] { return !messages_.empty(); };
    if (messages_.empty() && took_live_) {
      pausing_ = true;
      ready_.wait_for(lock, k_pause, [this] { return !pausing_; });
      pausing_ = false;
    }
    // A wait until the end of the clock overflows in some of the library's conversions.
    if (limit == SteadyClock::time_point::max())
      ready_.wait(lock, there);
    else if (!ready_.wait_until(lock, limit, there))
      return std::nullopt;
    Message message = std::move(messages_.front().work);
    took_live_ = messages_.front().is_live;
    messages_.pop_front();
    return message;
  }

 private:
  struct Waiting {
    Message work;
    bool is_live;
  };

  static constexpr std::chrono::milliseconds k_pause{5};

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Waiting> messages_;
  bool pausing_ = false;    ///< the taker lets live messages come together
  bool took_live_ = false;  ///< the last one was
};

}  // namespace milepost
