#include "milepost/run/commit_message.hpp"

#include "milepost/run/plan_documents.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

Plan plan_at(const std::string& path) {
  Plan plan;
  plan.id = "M3";
  plan.path = path;
  return plan;
}

}  // namespace

TEST_CASE("the close-out of a plan is committed as documents") {
  Task task;
  task.id = TaskId("close-out");
  task.kind = TaskKind::close_out;
  Plan plan = plan_at("37-02-PLAN.md");
  plan.id = "37-02";
  plan.title = "Lazy volumes";
  CHECK(commit_message(plan, task, Config(), RunId("r"), "s") ==
        "docs(37-02): complete Lazy volumes plan\n\nMilepost-Task: r/close-out\n");
}

TEST_CASE("milepost's documents alone are committed as documents, whatever the template") {
  Task task;
  task.id = TaskId("3.2");
  CHECK(documents_message(plan_at("M3.md"), task, RunId("r")) ==
        "docs(M3): bring the hand-off up to date\n\nMilepost-Task: r/3.2\n");
}

TEST_CASE("the commit message follows the template and ends with the line that marks the task") {
  Task task;
  task.id = TaskId("3.1");
  task.title = "Add `start()` {plan}";
  Config config;
  const auto message = [&](const std::string& summary) {
    return commit_message(plan_at("M3.md"), task, config, RunId("run-1"), summary);
  };
  CHECK(message("Did it.\nSecond line.") ==
        "feat(M3): Add `start()` {plan}\n\nDid it.\nSecond line.\n\nMilepost-Task: run-1/3.1\n");
  CHECK(message("") == "feat(M3): Add `start()` {plan}\n\nMilepost-Task: run-1/3.1\n");

  SUBCASE("control characters of the agent do not reach it") {
    CHECK(message("a\x1b[2Jb").find('\x1b') == std::string::npos);
  }
  SUBCASE("another template") {
    config.commit_message = "{task} {type} {unknown}";
    task.kind = TaskKind::validation;
    CHECK(message("x") == "3.1 test {unknown}\n\nMilepost-Task: run-1/3.1\n");
  }
}

TEST_CASE("the hand-off document lies beside the plan, where it is told, or nowhere") {
  Config config;
  CHECK(handoff_path(plan_at("/code/docs/M3.md"), config, "/code") == "docs/HANDOFF_M3.md");
  CHECK(handoff_path(plan_at("/code/M3.md"), config, "/code") == "HANDOFF_M3.md");
  CHECK_FALSE(handoff_path(plan_at("/elsewhere/M3.md"), config, "/code").has_value());
  config.handoff = "notes";
  CHECK(handoff_path(plan_at("/elsewhere/M3.md"), config, "/code") == "notes/HANDOFF_M3.md");
  config.handoff = "none";
  CHECK_FALSE(handoff_path(plan_at("/code/M3.md"), config, "/code").has_value());
}
