#include "milepost/base/background_queue.hpp"

#include <doctest/doctest.h>

#include <future>
#include <string>

using namespace milepost;

namespace {

constexpr Milliseconds k_long = std::chrono::seconds(60);

/// Takes nothing on until it is let go, or told to give up.
struct Gate {
  std::promise<void> opened;
  std::shared_future<void> open = opened.get_future().share();
  std::vector<std::vector<int>> batches;

  void take(std::vector<int> batch, std::stop_token stop) {
    const std::stop_callback give_up(stop, [this] {
      try {
        opened.set_value();
      } catch (const std::future_error&) {  // it is open already
      }
    });
    open.wait();
    batches.push_back(std::move(batch));
  }
  auto hand_on() {
    return [this](std::vector<int> batch, std::stop_token stop) { take(std::move(batch), std::move(stop)); };
  }
};

}  // namespace

TEST_CASE("what is pushed is handed on in order and in batches") {
  Gate gate;
  BackgroundQueue<int> queue({.waiting = 10, .batch = 3, .linger = k_long}, gate.hand_on());
  gate.opened.set_value();
  for (int i = 0; i < 7; ++i) queue.push(i);
  CHECK(queue.finish(k_long) == 0);
  std::vector<int> all;
  for (const auto& batch : gate.batches) {
    CHECK(batch.size() <= 3);
    all.insert(all.end(), batch.begin(), batch.end());
  }
  CHECK(all == std::vector<int>{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("a full queue loses the oldest and says how many") {
  Gate gate;
  BackgroundQueue<int> queue({.waiting = 2, .batch = 2, .linger = k_long}, gate.hand_on());
  for (int i = 0; i < 100; ++i) queue.push(i);
  const std::size_t lost = queue.finish(Milliseconds(1));
  std::size_t handed_on = 0;
  for (const auto& batch : gate.batches) handed_on += batch.size();
  CHECK(lost > 90);
  CHECK(lost + handed_on == 100);
  CHECK(queue.finish(k_long) == 0);
}
