#include "milepost/notify/notification.hpp"

#include "milepost/base/text.hpp"

#include <filesystem>

namespace milepost {

namespace {

constexpr NotificationKind k_kinds[] = {NotificationKind::start,       NotificationKind::task_done,
                                        NotificationKind::task_failed, NotificationKind::question,
                                        NotificationKind::limit,       NotificationKind::end};
constexpr std::size_t k_detail_bytes = 300;

std::string with_detail(std::string text, const std::string& detail) {
  return detail.empty() ? text : text + ": " + one_line(detail, k_detail_bytes);
}

/// Makes the notifications of one event.
struct Teller {
  const RunEvent& event;
  const RunState& state;

  Notification about(NotificationKind kind, std::string text) const {
    Notification told;
    told.kind = kind;
    told.time = event.time;
    told.run = state.started.run.value;
    told.project = std::filesystem::path(state.started.code_folder).filename().string();
    told.plan_id = state.started.plan_id;
    told.plan_title = state.started.plan_title;
    told.text = std::move(text);
    told.done = state.count(Outcome::completed);
    told.total = state.tasks.size();
    told.cost_usd = state.usage().cost_usd;
    return told;
  }

  Notification about(NotificationKind kind, const TaskId& id, const std::string& what,
                     const std::string& detail) const {
    const TaskState* task = state.find(id);
    const std::string title = task ? task->planned.title : "";
    Notification told = about(
        kind,
        with_detail("task " + id.value + (title.empty() ? "" : " (" + title + ")") + " " + what, detail));
    told.task_id = id.value;
    told.task_title = title;
    if (task) told.outcome = task->outcome;
    return told;
  }

  std::vector<Notification> operator()(const RunStarted& started) const {
    return {about(NotificationKind::start,
                  started.only.empty() ? "the run has started" : "task " + started.only + " has started")};
  }
  std::vector<Notification> operator()(const RunResumed&) const {
    return {about(NotificationKind::start, "the run goes on")};
  }

  /// A question is told when it is asked: on a terminal somebody may answer it before its task is finished.
  std::vector<Notification> operator()(const AttemptEnded& ended) const {
    if (!ended.question) return {};
    Notification told = about(NotificationKind::question, ended.task, "asks", ended.question->text);
    told.outcome = Outcome::needs_human;
    told.question = ended.question;
    return {told};
  }

  std::vector<Notification> operator()(const TaskFinished& finished) const {
    const TaskState* task = state.find(finished.task);
    switch (finished.outcome) {
      case Outcome::completed:
        return {about(NotificationKind::task_done, finished.task, "is done", "")};
      case Outcome::failed:
      case Outcome::infra:
        return {about(NotificationKind::task_failed, finished.task, "has failed", finished.detail)};
      case Outcome::limit:
        return {about(NotificationKind::limit, finished.task, "reached a limit", finished.detail)};
      case Outcome::needs_human:
        if (task && !task->attempts.empty() && task->attempts.back().end.question) return {};
        return {about(NotificationKind::question, finished.task, "needs you", finished.detail)};
      case Outcome::pending:
      case Outcome::running:
      case Outcome::skipped:
        return {};
    }
    return {};
  }

  std::vector<Notification> operator()(const RunEnded& ended) const {
    std::vector<Notification> told;
    const std::string end =
        with_detail("the run has ended: " + std::string(name_of(ended.exit_code)), ended.detail);
    if (ended.exit_code == ExitCode::limit && state.count(Outcome::limit) == 0)
      told.push_back(about(NotificationKind::limit, end));  // of the whole run, such as its budget
    told.push_back(about(NotificationKind::end, end));
    for (Notification& notification : told) notification.exit = ended.exit_code;
    return told;
  }

  template <class Other>
  std::vector<Notification> operator()(const Other&) const {
    return {};
  }
};

}  // namespace

std::string_view to_string(NotificationKind kind) {
  switch (kind) {
    case NotificationKind::start:
      return "start";
    case NotificationKind::task_done:
      return "task_done";
    case NotificationKind::task_failed:
      return "task_failed";
    case NotificationKind::question:
      return "question";
    case NotificationKind::limit:
      return "limit";
    case NotificationKind::end:
      return "end";
  }
  return "?";
}

std::vector<std::string> notification_names() {
  std::vector<std::string> names;
  for (const NotificationKind kind : k_kinds) names.emplace_back(to_string(kind));
  return names;
}

std::vector<Notification> notifications_of(const RunEvent& event, const RunState& state) {
  return std::visit(Teller{event, state}, event.record);
}

}  // namespace milepost
