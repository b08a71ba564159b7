#pragma once

#include "milepost/state/run_event.hpp"
#include "milepost/state/run_state.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// What a person may want to be told of.
enum class NotificationKind { start, task_done, task_failed, question, limit, end };

/// One thing that happened in a run, in words and figures; texts of an agent are in it as they came.
struct Notification {
  NotificationKind kind = NotificationKind::start;
  std::string time;  ///< utc_now()
  std::string run, project, plan_id, plan_title;
  std::string text;  ///< a sentence for people, without the plan's title
  std::string task_id, task_title;
  std::optional<Outcome> outcome;    ///< of the task
  std::optional<Question> question;  ///< that waits for an answer
  std::size_t done = 0, total = 0;   ///< tasks of the run
  std::optional<double> cost_usd;    ///< so far; unknown when no attempt reported it
  std::optional<ExitCode> exit;      ///< of the run; only at its end
};

/// "start", "task_done"…: as settings and payloads write it.
std::string_view to_string(NotificationKind kind);
std::vector<std::string> notification_names();

/// What an event of a run is worth telling, `state` being that after it; usually nothing.
std::vector<Notification> notifications_of(const RunEvent& event, const RunState& state);

}  // namespace milepost
