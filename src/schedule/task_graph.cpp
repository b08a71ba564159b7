#include "milepost/schedule/task_graph.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace milepost {

namespace {

/// The members of one cycle, each depending on the next one; empty when there is none. A walk with its own
/// stack: a long chain must not exhaust the thread's.
std::vector<std::size_t> find_cycle(const std::vector<std::vector<std::size_t>>& needs) {
  enum class Mark { fresh, open, closed };
  std::vector<Mark> marks(needs.size(), Mark::fresh);
  for (std::size_t root = 0; root < needs.size(); ++root) {
    if (marks[root] != Mark::fresh) continue;
    std::vector<std::pair<std::size_t, std::size_t>> path = {{root, 0}};  // a task and its next dependency
    marks[root] = Mark::open;
    while (!path.empty()) {
      auto& [task, next] = path.back();
      if (next == needs[task].size()) {
        marks[task] = Mark::closed;
        path.pop_back();
        continue;
      }
      const std::size_t needed = needs[task][next++];
      if (marks[needed] == Mark::fresh) {
        marks[needed] = Mark::open;
        path.emplace_back(needed, 0);
      } else if (marks[needed] == Mark::open) {
        std::vector<std::size_t> cycle;
        const auto start =
            std::find_if(path.begin(), path.end(), [&](const auto& step) { return step.first == needed; });
        for (auto step = start; step != path.end(); ++step) cycle.push_back(step->first);
        return cycle;
      }
    }
  }
  return {};
}

}  // namespace

TaskGraph::TaskGraph(std::vector<GraphNode> nodes) {
  std::map<TaskId, std::size_t> places;
  std::vector<std::string> ids;
  for (GraphNode& node : nodes) {
    if (!places.emplace(node.id, entries_.size()).second)
      throw UsageError("task id " + node.id.value + " is used twice", "give each task an id of its own");
    ids.push_back(node.id.value);
    entries_.push_back({std::move(node), {}, Status::waiting});
  }
  std::vector<std::vector<std::size_t>> needs;
  for (Entry& entry : entries_) {
    for (const TaskId& id : entry.node.depends_on) {
      const auto place = places.find(id);
      if (place == places.end()) {
        const auto meant = nearest(id.value, ids);
        throw UsageError("task " + entry.node.id.value + " depends on unknown task " + id.value,
                         meant ? "did you mean " + *meant + "?" : "name a task of the plan");
      }
      entry.needs.push_back(place->second);
    }
    needs.push_back(entry.needs);
  }
  const std::vector<std::size_t> cycle = find_cycle(needs);
  if (!cycle.empty()) {
    std::string members;
    for (const std::size_t place : cycle) members += entries_[place].node.id.value + " \xe2\x86\x92 ";
    throw UsageError(
        "tasks depend on each other in a circle: " + members + entries_[cycle.front()].node.id.value,
        "remove one of these dependencies");
  }
}

std::vector<TaskId> TaskGraph::ready() const {
  std::vector<TaskId> ids;
  for (const Entry& entry : entries_) {
    const bool may_start = entry.status == Status::waiting &&
                           std::all_of(entry.needs.begin(), entry.needs.end(), [&](std::size_t place) {
                             return entries_[place].status == Status::done;
                           });
    if (may_start) ids.push_back(entry.node.id);
  }
  return ids;
}

void TaskGraph::settle(const TaskId& id) {
  Entry& entry = entries_[index_of(id)];
  if (entry.status != Status::waiting) throw InternalError("task " + id.value + " was settled too late");
  entry.status = Status::done;
}

void TaskGraph::start(const TaskId& id) {
  Entry& entry = entries_[index_of(id)];
  for (const std::size_t place : entry.needs) {
    if (entries_[place].status != Status::done)
      throw InternalError("task " + id.value + " was started before task " + entries_[place].node.id.value +
                          " was done");
  }
  if (entry.status != Status::waiting) throw InternalError("task " + id.value + " was started twice");
  entry.status = Status::running;
}

void TaskGraph::complete(const TaskId& id) {
  Entry& entry = entries_[index_of(id)];
  if (entry.status != Status::running) throw InternalError("task " + id.value + " ended but was not running");
  entry.status = Status::done;
}

std::vector<TaskId> TaskGraph::fail(const TaskId& id) {
  Entry& failed = entries_[index_of(id)];
  if (failed.status != Status::running)
    throw InternalError("task " + id.value + " ended but was not running");
  failed.status = Status::failed;
  // Dependencies may point forward in the plan, so one pass is not enough.
  std::vector<bool> newly(entries_.size(), false);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      Entry& entry = entries_[i];
      if (entry.status != Status::waiting) continue;
      const bool blocked = std::any_of(entry.needs.begin(), entry.needs.end(), [&](std::size_t place) {
        return entries_[place].status == Status::failed || entries_[place].status == Status::blocked;
      });
      if (!blocked) continue;
      entry.status = Status::blocked;
      newly[i] = changed = true;
    }
  }
  std::vector<TaskId> ids;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (newly[i]) ids.push_back(entries_[i].node.id);
  }
  return ids;
}

bool TaskGraph::finished() const {
  return ready().empty() && std::none_of(entries_.begin(), entries_.end(),
                                         [](const Entry& entry) { return entry.status == Status::running; });
}

std::size_t TaskGraph::index_of(const TaskId& id) const {
  const auto at =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.node.id == id; });
  if (at == entries_.end()) throw InternalError("task " + id.value + " is not in the graph");
  return static_cast<std::size_t>(at - entries_.begin());
}

}  // namespace milepost
