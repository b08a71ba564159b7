#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace milepost {

/// Work for the main thread, posted by workers. The only place of a run where a mutex is shared.
class MessageQueue {
 public:
  using Message = std::function<void()>;

  void post(Message message) {
    bool was_empty = false;
    {
      const std::lock_guard lock(mutex_);
      was_empty = messages_.empty();
      messages_.push_back(std::move(message));
    }
    if (was_empty)
      ready_.notify_one();  // the one taker sleeps only at an empty queue; each needless wake costs a switch
  }

  /// Posts unless `limit` messages are waiting already; tells whether it did.
  bool post_unless_full(Message message, std::size_t limit) {
    bool was_empty = false;
    {
      const std::lock_guard lock(mutex_);
      if (messages_.size() >= limit) return false;
      was_empty = messages_.empty();
      messages_.push_back(std::move(message));
    }
    if (was_empty) ready_.notify_one();
    return true;
  }

  /// Waits for the next message. Every worker posts one when it ends, however it ends, so this never waits
  /// for ever.
  Message take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return !messages_.empty(); });
    Message message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Message> messages_;
};

}  // namespace milepost
