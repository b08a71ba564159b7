#include "follow_run.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/stop_fd.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/configured.hpp"
#include "milepost/state/journal.hpp"

#include "attempt_log.hpp"

#include <poll.h>

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdio>
#include <memory>

namespace milepost {

namespace {

constexpr Milliseconds k_between_looks = Milliseconds(200);

/// The task that a record is about; null for a record of the run.
const TaskId* task_of(const RunRecord& record) {
  return std::visit(
      [](const auto& one) -> const TaskId* {
        if constexpr (requires { one.task; }) return &one.task;
        return nullptr;
      },
      record);
}

/// Whether nothing of what was recorded up to here comes later. An attempt that was interrupted has no end of
/// its own.
bool ends_log(const RunRecord& record) {
  return std::holds_alternative<AttemptEnded>(record) || std::holds_alternative<Verified>(record) ||
         std::holds_alternative<AttemptStarted>(record) || std::holds_alternative<RunResumed>(record) ||
         std::holds_alternative<RunEnded>(record);
}

class Follower {
 public:
  Follower(const App& app, const Invocation& invocation, const RunStore& store, const RunSummary& run,
           const std::vector<RunObserver*>& observers, const FollowOptions& options)
      : app_(app),
        invocation_(invocation),
        store_(store),
        run_(run),
        observers_(observers),
        options_(options) {}

  ExitCode run() {
    const StopFd stopped(app_.stop());
    for (bool first = true; true; first = false) {
      // Asked before the reading: what a dead process wrote last is read all the same.
      const bool live = store_.is_live(run_.id, run_.state->started.plan_path);
      take(Journal::read_on(run_.directory / "journal.ndjson", position_), first);
      read_log();
      if (state_.ended || task_ended_) return ExitCode::ok;
      if (!live) return tell_lost();
      tick(observers_);
      pollfd wake{stopped.get(), POLLIN, 0};
      if (::poll(&wake, 1, static_cast<int>(k_between_looks.count())) <= 0) continue;
      const int signal = app_.signals.signal();
      if (signal != SIGINT) return exit_code_of_signal(signal);
      app_.say("detached; run " + run_.id.value + " goes on");
      return ExitCode::ok;
    }
  }

 private:
  void take(const std::vector<RunEvent>& events, bool first) {
    const std::size_t start = first ? start_of(events) : 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const RunEvent& event = events[i];
      if (ends_log(event.record)) {
        // All of its output was recorded before. What is over already has no place in a view of now.
        if (first && options_.from_session) log_.reset();
        read_log();
        end_log();
      }
      apply(state_, event);
      if (i < start || !wanted(event.record)) continue;
      if (!options_.raw) {
        for (RunObserver* observer : observers_) observer->on_run_event(event, state_);
      }
      if (const auto* begun = std::get_if<AttemptStarted>(&event.record)) begin_log(*begun);
      if (const auto* begun = std::get_if<ReviewStarted>(&event.record)) begin_log(*begun);
      if (const auto* finished = std::get_if<TaskFinished>(&event.record))
        task_ended_ = options_.task && finished->task == *options_.task;
    }
  }

  bool wanted(const RunRecord& record) const {
    const TaskId* task = task_of(record);
    return !options_.task || (task ? *task == *options_.task : std::holds_alternative<RunEnded>(record));
  }

  /// The place of the first event to show.
  std::size_t start_of(const std::vector<RunEvent>& events) const {
    for (std::size_t i = events.size(); i-- > 0;) {
      const RunRecord& record = events[i].record;
      if (options_.from_session) {
        if (std::holds_alternative<RunStarted>(record) || std::holds_alternative<RunResumed>(record))
          return i;
        continue;
      }
      if (!wanted(record)) continue;
      const auto* attempt = std::get_if<AttemptStarted>(&record);
      if (options_.attempt ? attempt && attempt->attempt == *options_.attempt
                           : std::holds_alternative<TaskStarted>(record))
        return i;
    }
    return options_.task ? events.size() : 0;
  }

  /// `begun`: an attempt or a review.
  void begin_log(const auto& begun) {
    if (!options_.agent) return;
    log_.emplace(run_.directory / begun.log_directory);
    log_task_ = begun.task;
    log_harness_ = begun.harness.empty() ? state_.started.harness : begun.harness;
    parser_.reset();
  }

  void read_log() {
    if (!log_) return;
    log_->read_on([this](std::string_view piece, bool end_of_file) {
      if (options_.raw) {
        std::fwrite(piece.data(), 1, piece.size(), stdout);
        return;
      }
      if (!parser_) parser_ = new_parser();
      const auto show = [this](const AgentEvent& event) { this->show(event); };
      if (!piece.empty()) parser_->feed(piece, show);
      if (!end_of_file) return;
      parser_->finish(show);
      parser_.reset();
    });
    if (options_.raw) std::fflush(stdout);
  }

  void end_log() {
    if (parser_) parser_->finish([this](const AgentEvent& event) { show(event); });
    parser_.reset();
    log_.reset();
  }

  void show(const AgentEvent& event) {
    for (RunObserver* observer : observers_) observer->on_agent_event(log_task_, event);
  }

  std::unique_ptr<EventParser> new_parser() const {
    const RunStarted& started = state_.started;
    return configured_harness(log_harness_, app_.load_config(invocation_, started.options).config)->parser();
  }

  ExitCode tell_lost() const {
    const std::string resume = "milepost resume " + shell_quote(state_.started.plan_path);
    if (app_.json)
      app_.print(to_json_text(
          nlohmann::ordered_json{
              {"time", utc_now()}, {"event", "lost"}, {"run", run_.id.value}, {"next_step", resume}},
          JsonForm::line));
    app_.complain("run " + run_.id.value +
                  " no longer lives: its milepost ended without a word\n  next: " + printable(resume));
    return ExitCode::ok;
  }

  const App& app_;
  const Invocation& invocation_;
  const RunStore& store_;
  const RunSummary& run_;
  const std::vector<RunObserver*>& observers_;
  const FollowOptions& options_;
  Journal::Position position_;
  RunState state_;
  std::optional<AttemptLog> log_;
  TaskId log_task_;
  std::string log_harness_;
  std::unique_ptr<EventParser> parser_;
  bool task_ended_ = false;
};

}  // namespace

ExitCode follow_run(const App& app, const Invocation& invocation, const RunStore& store,
                    const RunSummary& run, const std::vector<RunObserver*>& observers,
                    const FollowOptions& options) {
  return Follower(app, invocation, store, run, observers, options).run();
}

}  // namespace milepost
