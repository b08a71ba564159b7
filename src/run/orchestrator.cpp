#include "milepost/run/orchestrator.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/login_name.hpp"
#include "milepost/base/time.hpp"
#include "milepost/schedule/task_graph.hpp"

#include "message_queue.hpp"

#include <atomic>
#include <csignal>
#include <exception>
#include <future>
#include <map>
#include <thread>

namespace milepost {

namespace {

// More than a display can show at once; further live events are dropped, the recorded output has them all.
constexpr std::size_t k_live_event_limit = 2000;
// Words in a row that are passed on: nobody reads a million lines, and handing them to the display costs
// seconds.
constexpr std::size_t k_live_words_limit = 1000;

/// What an agent or a command says rather than does, with the figures that come with it.
bool is_words(const AgentEvent& event) {
  return std::holds_alternative<AgentText>(event) || std::holds_alternative<AgentThinking>(event) ||
         std::holds_alternative<Notice>(event) || std::holds_alternative<UsageSoFar>(event) ||
         std::holds_alternative<UnknownEvent>(event) || std::holds_alternative<BadLine>(event);
}

/// The tasks of the run as a graph; dependencies on tasks outside of the run count as met.
TaskGraph graph_of(const Plan& plan, const RunState& state) {
  std::vector<GraphNode> nodes;
  for (const TaskState& task : state.tasks) {
    const Task* planned = plan.find(task.planned.id);
    if (!planned) continue;
    GraphNode node{planned->id, {}};
    for (const TaskId& dependency : planned->depends_on) {
      if (state.find(dependency) && plan.find(dependency)) node.depends_on.push_back(dependency);
    }
    nodes.push_back(std::move(node));
  }
  return TaskGraph(std::move(nodes));
}

}  // namespace

Orchestrator::Orchestrator(const WorkPlan& work, RunState state, Journal& journal,
                           std::vector<RunObserver*> observers)
    : work_(work), state_(std::move(state)), journal_(journal), observers_(std::move(observers)) {}

void Orchestrator::record(RunRecord record) {
  const RunEvent event{utc_now(), std::move(record)};
  journal_.append(event, needs_sync(event.record));
  apply(state_, event);
  if (std::holds_alternative<RunEnded>(event.record)) {
    const Journal::SyncCost cost = journal_.sync_cost();
    log::debug("the journal was synced " + std::to_string(cost.syncs) + " times in " +
               std::to_string(cost.time.count()) + " us");
  }
  for (RunObserver* observer : observers_) observer->on_run_event(event, state_);
}

/// One call of run(): the workers, and the messages they send to the calling thread.
class Orchestrator::Session : public Recorder {
 public:
  Session(Orchestrator& owner, TaskRunner& runner, const Ask& ask, std::stop_token stop)
      : owner_(owner),
        runner_(runner),
        ask_(ask),
        stop_(std::move(stop)),
        graph_(graph_of(owner.work_.plan, owner.state_)) {}

  void run() {
    settle_finished_tasks();
    while (true) {
      start_ready_tasks();
      if (workers_.empty()) return;
      try {
        if (const auto message = queue_.take_until(next_tick(owner_.observers_))) (*message)();
        tick(owner_.observers_);  // also while messages never stop
      } catch (...) {
        give_up(std::current_exception());  // the journal cannot be written; a running worker learns it at
                                            // its next record
      }
    }
  }

  // Recorder, called by workers: each waits until the calling thread has done it.
  void record(RunRecord record) override {
    on_main_thread([&] { owner_.record(std::move(record)); });
  }

  RunState state() override {
    RunState copy;
    on_main_thread([&] { copy = owner_.state_; });
    return copy;
  }

  void show(const TaskId& task, AgentEvent event) override {
    if (!is_words(event)) {
      words_in_a_row_.store(0, std::memory_order_relaxed);
    } else if (words_in_a_row_.fetch_add(1, std::memory_order_relaxed) >= k_live_words_limit) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    const bool posted = queue_.post_unless_full(
        [this, task, shown = std::move(event)] {
          for (RunObserver* observer : owner_.observers_) observer->on_agent_event(task, shown);
        },
        k_live_event_limit);
    if (!posted) dropped_.fetch_add(1, std::memory_order_relaxed);
  }

 private:
  template <class Function>
  void on_main_thread(Function function) {
    std::promise<void> done;
    queue_.post([&] {
      try {
        function();
        done.set_value();
      } catch (...) {
        done.set_exception(std::current_exception());  // rethrown on the worker that asked
      }
    });
    done.get_future().get();
  }

  void settle_finished_tasks() {
    for (const TaskState& task : owner_.state_.tasks) {
      if (task.outcome == Outcome::completed && owner_.work_.plan.find(task.planned.id))
        graph_.settle(task.planned.id);
    }
  }

  /// One at a time: the tasks of a plan share the code folder.
  void start_ready_tasks() {
    if (!workers_.empty() || stop_.stop_requested() || stopping_) return;
    const std::vector<TaskId> ready = graph_.ready();
    if (!ready.empty()) start(ready.front());
  }

  void start(const TaskId& id) {
    graph_.start(id);
    const Task& task = *owner_.work_.plan.find(id);
    workers_[id] = std::jthread([this, &task] {
      std::exception_ptr problem;
      Outcome outcome = Outcome::infra;
      try {
        outcome = work_on_task(owner_.work_, task, runner_, *this, stop_);
      } catch (...) {
        problem = std::current_exception();
      }
      queue_.post([this, &task, outcome, problem] { ended(task.id, outcome, problem); });
    });
  }

  void ended(const TaskId& id, Outcome outcome, const std::exception_ptr& problem) {
    workers_.erase(id);  // joins
    tell_dropped(id);
    if (problem) {
      give_up(problem);
      return;
    }
    if (outcome == Outcome::needs_human && ask_ && !stop_.stop_requested()) {
      if (const auto answer = ask_(*owner_.state_.find(id))) {
        owner_.record(QuestionAnswered{id, *answer, login_name(), "terminal"});
        reopen();
        return;
      }
    }
    if (outcome == Outcome::completed) {
      graph_.complete(id);
      return;
    }
    for (const TaskId& blocked : graph_.fail(id)) {
      owner_.record(TaskFinished{blocked, Outcome::skipped, "task " + id.value + " did not complete"});
    }
  }

  /// After an answer the task is unfinished again, and so are those that depend on it.
  void reopen() {
    graph_ = graph_of(owner_.work_.plan, owner_.state_);
    settle_finished_tasks();
  }

  void give_up(const std::exception_ptr& problem) {
    stopping_ = true;
    if (!problem_) problem_ = problem;
  }

  void tell_dropped(const TaskId& id) {
    const auto dropped = dropped_.exchange(0);
    if (dropped == 0) return;
    const Notice notice{
        "dropped", std::to_string(dropped) + " live events were not shown; the recorded output has them"};
    for (RunObserver* observer : owner_.observers_) observer->on_agent_event(id, notice);
  }

  friend class Orchestrator;
  Orchestrator& owner_;
  TaskRunner& runner_;
  const Ask& ask_;
  std::stop_token stop_;
  TaskGraph graph_;
  MessageQueue queue_;
  std::atomic<std::size_t> dropped_{0};
  std::atomic<std::size_t> words_in_a_row_{0};
  bool stopping_ = false;
  std::exception_ptr problem_;
  std::map<TaskId, std::jthread> workers_;
};

ExitCode Orchestrator::run(TaskRunner& runner, const Ask& ask, std::stop_token stop) {
  Session session(*this, runner, ask, stop);
  session.run();
  if (stop.stop_requested()) throw Stopped(SIGINT);
  if (session.problem_) std::rethrow_exception(session.problem_);
  return exit_code_of(state_);
}

ExitCode exit_code_of(const RunState& state) {
  constexpr std::pair<Outcome, ExitCode> k_order[] = {
      {Outcome::failed, ExitCode::failed},  {Outcome::needs_human, ExitCode::needs_human},
      {Outcome::limit, ExitCode::limit},    {Outcome::infra, ExitCode::infra},
      {Outcome::skipped, ExitCode::failed}, {Outcome::running, ExitCode::failed},
      {Outcome::pending, ExitCode::failed}};
  for (const auto& [outcome, code] : k_order) {
    if (state.count(outcome) > 0) return code;
  }
  return ExitCode::ok;
}

}  // namespace milepost
