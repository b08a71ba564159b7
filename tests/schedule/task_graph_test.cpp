#include "milepost/schedule/task_graph.hpp"

#include "milepost/base/error.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

using namespace milepost;

namespace {

struct Edge {
  std::string id;
  std::vector<std::string> needs;
};

TaskGraph graph_of(std::initializer_list<Edge> edges) {
  std::vector<GraphNode> nodes;
  for (const Edge& edge : edges) {
    GraphNode node{TaskId(edge.id), {}};
    for (const std::string& needed : edge.needs) node.depends_on.emplace_back(needed);
    nodes.push_back(std::move(node));
  }
  return TaskGraph(std::move(nodes));
}

std::string text_of(const std::vector<TaskId>& ids) {
  std::string text;
  for (const TaskId& id : ids) text += (text.empty() ? "" : " ") + id.value;
  return text;
}

void run(TaskGraph& graph, const std::string& id) {
  graph.start(TaskId(id));
  graph.complete(TaskId(id));
}

std::string fault_of(std::initializer_list<Edge> edges) {
  try {
    graph_of(edges);
  } catch (const UsageError& error) {
    return std::string(error.what()) + " | " + error.next_step();
  }
  return "no fault";
}

}  // namespace

TEST_CASE("an empty graph is finished") {
  CHECK(graph_of({}).finished());
}

TEST_CASE("tasks in a chain become ready one after the other") {
  TaskGraph graph = graph_of({{"1", {}}, {"2", {"1"}}, {"3", {"2"}}});
  CHECK(text_of(graph.ready()) == "1");
  run(graph, "1");
  CHECK(text_of(graph.ready()) == "2");
  run(graph, "2");
  CHECK_FALSE(graph.finished());
  run(graph, "3");
  CHECK(graph.finished());
}

TEST_CASE("ready tasks are named in plan order and not again once started") {
  TaskGraph graph = graph_of({{"b", {}}, {"c", {}}, {"a", {}}});
  CHECK(text_of(graph.ready()) == "b c a");
  graph.start(TaskId("c"));
  CHECK(text_of(graph.ready()) == "b a");
}

TEST_CASE("the join of a diamond waits for both arms") {
  TaskGraph graph =
      graph_of({{"top", {}}, {"left", {"top"}}, {"right", {"top"}}, {"join", {"left", "right"}}});
  run(graph, "top");
  CHECK(text_of(graph.ready()) == "left right");
  run(graph, "right");
  CHECK(text_of(graph.ready()) == "left");
  run(graph, "left");
  CHECK(text_of(graph.ready()) == "join");
}

TEST_CASE("a failed task blocks only its dependents") {
  TaskGraph graph = graph_of({{"a", {}}, {"b", {"a"}}, {"c", {}}, {"d", {"b", "c"}}, {"e", {"c"}}});
  graph.start(TaskId("a"));
  CHECK(text_of(graph.fail(TaskId("a"))) == "b d");
  CHECK_FALSE(graph.finished());
  run(graph, "c");
  CHECK(text_of(graph.ready()) == "e");
  run(graph, "e");
  CHECK(graph.finished());
}

TEST_CASE("dependents that stand before the failed task in the plan are blocked too") {
  TaskGraph graph = graph_of({{"last", {"middle"}}, {"middle", {"first"}}, {"first", {}}});
  graph.start(TaskId("first"));
  CHECK(text_of(graph.fail(TaskId("first"))) == "last middle");
  CHECK(graph.finished());
}

TEST_CASE("what is blocked already is not named again") {
  TaskGraph graph = graph_of({{"a", {}}, {"b", {}}, {"join", {"a", "b"}}});
  graph.start(TaskId("a"));
  graph.start(TaskId("b"));
  CHECK(text_of(graph.fail(TaskId("a"))) == "join");
  CHECK_FALSE(graph.finished());
  CHECK(text_of(graph.fail(TaskId("b"))) == "");
  CHECK(graph.finished());
}

TEST_CASE("a running task keeps the graph from being finished") {
  TaskGraph graph = graph_of({{"a", {}}});
  graph.start(TaskId("a"));
  CHECK(graph.ready().empty());
  CHECK_FALSE(graph.finished());
}

TEST_CASE("F58: a cycle is named in order") {
  CHECK(fault_of({{"x", {}}, {"a", {"c", "x"}}, {"b", {"a"}}, {"c", {"b"}}}) ==
        "tasks depend on each other in a circle: a → c → b → a | remove one of these dependencies");
  CHECK(fault_of({{"a", {"a"}}}) ==
        "tasks depend on each other in a circle: a → a | remove one of these dependencies");
}

TEST_CASE("an unknown dependency is refused with the nearest id") {
  CHECK(fault_of({{"build-image", {}}, {"run", {"build-imgae"}}}) ==
        "task run depends on unknown task build-imgae | did you mean build-image?");
  CHECK(fault_of({{"1.1", {"zzzzzzzz"}}}) ==
        "task 1.1 depends on unknown task zzzzzzzz | name a task of the plan");
}

TEST_CASE("a duplicate id is refused; 3.10 is not 3.1") {
  CHECK(fault_of({{"3.1", {}}, {"3.1", {}}}) ==
        "task id 3.1 is used twice | give each task an id of its own");
  CHECK(fault_of({{"3.1", {}}, {"3.10", {"3.1"}}}) == "no fault");
}

TEST_CASE("a task that was done before stays done, whatever it depends on by now") {
  TaskGraph graph = graph_of({{"new", {}}, {"done", {"new"}}, {"next", {"done"}}});
  graph.settle(TaskId("done"));
  CHECK(text_of(graph.ready()) == "new next");
  graph.start(TaskId("new"));
  CHECK(text_of(graph.fail(TaskId("new"))).empty());
  CHECK(text_of(graph.ready()) == "next");
  CHECK_THROWS_AS(graph.settle(TaskId("new")), InternalError);
}

TEST_CASE("a task that is out of turn is a bug of the caller") {
  TaskGraph graph = graph_of({{"a", {}}, {"b", {"a"}}});
  CHECK_THROWS_AS(graph.start(TaskId("b")), InternalError);
  CHECK_THROWS_AS(graph.complete(TaskId("a")), InternalError);
  CHECK_THROWS_AS(graph.fail(TaskId("a")), InternalError);
  CHECK_THROWS_AS(graph.start(TaskId("nowhere")), InternalError);
  graph.start(TaskId("a"));
  CHECK_THROWS_AS(graph.start(TaskId("a")), InternalError);
}

TEST_CASE("a chain of a hundred thousand tasks needs no deep stack") {
  std::vector<GraphNode> nodes;
  for (int i = 0; i < 100'000; ++i) {
    GraphNode node{TaskId(std::to_string(i)), {}};
    if (i + 1 < 100'000) node.depends_on.emplace_back(std::to_string(i + 1));
    nodes.push_back(std::move(node));
  }
  const TaskGraph graph(std::move(nodes));
  CHECK(text_of(graph.ready()) == "99999");
}
