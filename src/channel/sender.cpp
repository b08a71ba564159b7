#include "sender.hpp"

#include "milepost/base/text.hpp"
#include "milepost/channel/message.hpp"

#include <signal.h>

namespace milepost {

namespace {

constexpr Milliseconds k_last_words_limit = std::chrono::seconds(2);

}  // namespace

std::thread quiet_thread(std::function<void()> body) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

Sender::Sender(Fd to, const ChannelTimes& times, std::function<void()> on_beat)
    : times_(times), on_beat_(std::move(on_beat)), to_(std::move(to)) {
  thread_ = quiet_thread([this] { beat(); });
}

Sender::~Sender() {
  close();
}

void Sender::close() {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    to_.reset();
  }
  closed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Sender::beat() {
  std::unique_lock lock(mutex_);
  auto next = SteadyClock::now() + times_.heartbeat;
  while (!closed_.wait_until(lock, next, [&] { return is_closed_; })) {
    next = SteadyClock::now() + times_.heartbeat;
    wire::append_heartbeat_from_host(outgoing_.tail());
    if (!unanswered_since_ && has_answers_) unanswered_since_ = SteadyClock::now();
    write_some();
    lock.unlock();
    on_beat_();
    lock.lock();
  }
}

int Sender::flush(const std::function<void(wire::Outgoing& outgoing)>& fill) {
  const std::lock_guard lock(mutex_);
  fill(outgoing_);
  write_some();
  return outgoing_.empty() || failed_at_ ? -1 : to_.get();
}

void Sender::write_some() {
  if (is_closed_ || failed_at_) return;
  if (outgoing_.flush(to_.get()) == wire::Outgoing::Result::peer_gone) failed_at_ = SteadyClock::now();
}

void Sender::heard() {
  const std::lock_guard lock(mutex_);
  unanswered_since_.reset();
}

void Sender::expect_answers() {
  const std::lock_guard lock(mutex_);
  has_answers_ = true;
}

SteadyClock::time_point Sender::deadline() const {
  const std::lock_guard lock(mutex_);
  // What the supervisor said before it went away is still in the other pipe.
  if (failed_at_) return *failed_at_ + k_last_words_limit;
  if (unanswered_since_ && times_.leash > Milliseconds(0)) return *unanswered_since_ + times_.leash;
  return SteadyClock::time_point::max();
}

std::string Sender::death(SteadyClock::time_point now) const {
  if (now < deadline()) return {};
  const std::lock_guard lock(mutex_);
  return failed_at_ ? "the container does not take input any more"
                    : "the supervisor in the container has not answered for " + human_duration(times_.leash);
}

}  // namespace milepost
