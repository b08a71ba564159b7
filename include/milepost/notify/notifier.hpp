#pragma once

#include "milepost/base/background_queue.hpp"
#include "milepost/notify/delivery.hpp"
#include "milepost/report/observer.hpp"

#include <map>
#include <string>
#include <vector>

namespace milepost {

/// Tells people of a run while it goes on. Deliveries are made in the background out of a short queue: a
/// target that is slow or dead delays nothing and fails nothing; when the queue is full the oldest waiting
/// notification is lost, and at the destructor what still waits.
class Notifier : public RunObserver {
 public:
  explicit Notifier(NotifyTargets targets);

  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId&, const AgentEvent&) override {}
  void on_progress(std::string_view) override {}

  void send(Notification notification);
  /// Waits for what is under way, at most so long, and ends the thread. Returns what went wrong, a line a
  /// target, without secrets. Nothing is sent afterwards.
  std::vector<std::string> finish(Milliseconds limit);

 private:
  void deliver_one(Notification notification, std::stop_token stop);
  struct Problem {
    std::string first;
    unsigned count = 0;
  };

  const NotifyTargets targets_;
  std::map<std::string, Problem> problems_;  ///< by target; of the queue's thread until that has ended
  BackgroundQueue<Notification> queue_;
};

}  // namespace milepost
