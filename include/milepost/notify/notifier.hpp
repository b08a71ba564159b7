#pragma once

#include "milepost/notify/delivery.hpp"
#include "milepost/report/observer.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace milepost {

/// Tells people of a run while it goes on. Deliveries are made by a thread of its own out of a short queue: a
/// target that is slow or dead delays nothing and fails nothing; when the queue is full the oldest waiting
/// notification is lost.
class Notifier : public RunObserver {
 public:
  explicit Notifier(NotifyTargets targets);
  /// What still waits is lost; a delivery under way is given up.
  ~Notifier() override;
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId&, const AgentEvent&) override {}
  void on_progress(std::string_view) override {}

  void send(Notification notification);
  /// Waits for what is under way, at most so long, and ends the thread. Returns what went wrong, a line a
  /// target, without secrets. Nothing is sent afterwards.
  std::vector<std::string> finish(Milliseconds limit);

 private:
  void work(std::stop_token stop);
  struct Problem {
    std::string first;
    unsigned count = 0;
  };

  const NotifyTargets targets_;
  std::mutex mutex_;  ///< of everything below but the thread
  std::condition_variable_any changed_;
  std::deque<Notification> waiting_;
  bool busy_ = false;
  unsigned lost_ = 0;
  std::map<std::string, Problem> problems_;  ///< by target
  std::jthread thread_;
};

}  // namespace milepost
