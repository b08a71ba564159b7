#include "run/message_queue.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using milepost::MessageQueue;

namespace {

/// Does the next message.
void take(MessageQueue& queue) {
  (*queue.take_until(milepost::SteadyClock::time_point::max()))();
}

}  // namespace

TEST_CASE("what is posted comes in its order, live or not, however fast") {
  MessageQueue queue;
  std::vector<int> seen;
  constexpr int k_count = 20'000;
  const std::jthread worker([&] {
    for (int i = 0; i < k_count; ++i) {
      const auto see = [&seen, i] { seen.push_back(i); };
      if (i % 1000 == 999) {
        queue.post(see);
      } else {
        while (!queue.post_unless_full(see, 100)) std::this_thread::yield();
      }
    }
  });
  while (seen.size() < k_count) take(queue);
  for (int i = 0; i < k_count; ++i) REQUIRE(seen[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("a full queue takes no live message, and every other one") {
  MessageQueue queue;
  int live = 0, other = 0;
  CHECK(queue.post_unless_full([&] { ++live; }, 2));
  CHECK(queue.post_unless_full([&] { ++live; }, 2));
  CHECK_FALSE(queue.post_unless_full([&] { ++live; }, 2));
  queue.post([&] { ++other; });
  for (int i = 0; i < 3; ++i) take(queue);
  CHECK(live == 2);
  CHECK(other == 1);
}

TEST_CASE("after a live message the next one is waited for, of either kind") {
  MessageQueue queue;
  int live = 0, other = 0;
  for (int round = 0; round < 20; ++round) {
    const std::jthread worker([&] {
      queue.post_unless_full([&] { ++live; }, 10);
      queue.post([&] { ++other; });
    });
    take(queue);
    take(queue);
    const std::jthread later([&] { queue.post_unless_full([&] { ++live; }, 10); });
    take(queue);
    const std::jthread last([&] { queue.post_unless_full([&] { ++live; }, 10); });
    take(queue);
  }
  CHECK(live == 60);
  CHECK(other == 20);
}
