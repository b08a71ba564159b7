#pragma once

#include "milepost/base/ids.hpp"

#include <cstddef>
#include <vector>

namespace milepost {

/// A task and what must be done before it.
struct GraphNode {
  TaskId id;
  std::vector<TaskId> depends_on;
};

/// Decides what may run next. No I/O, no clock, no thread: the caller reports what happened.
class TaskGraph {
 public:
  /// Throws UsageError for an unknown dependency, a duplicate id or a cycle (naming its members in order).
  explicit TaskGraph(std::vector<GraphNode> nodes);

  /// The task was done before this graph was made, whatever it depends on by now. Pre: it was not started.
  void settle(const TaskId& id);
  /// Tasks that may start now, in plan order; a started one is not named again.
  std::vector<TaskId> ready() const;
  /// Pre: the task is ready.
  void start(const TaskId& id);
  /// Pre: the task was started.
  void complete(const TaskId& id);
  /// Blocks every task that depends on it, directly or not; returns those newly blocked, in plan order.
  std::vector<TaskId> fail(const TaskId& id);
  /// Nothing is running and nothing can start any more.
  bool finished() const;

 private:
  enum class Status { waiting, running, done, failed, blocked };
  struct Entry {
    GraphNode node;
    std::vector<std::size_t> needs;  ///< the places of node.depends_on
    Status status = Status::waiting;
  };
  std::size_t index_of(const TaskId& id) const;
  std::vector<Entry> entries_;
};

}  // namespace milepost
