#include "run/run_fixture.hpp"

namespace milepost::test {

Plan sequential_plan(int tasks) {
  Plan plan;
  plan.id = "M1";
  plan.title = "A milestone";
  plan.path = "M1_test.md";
  plan.sha256 = "plan";
  for (int i = 1; i <= tasks; ++i) {
    Task task;
    task.id = TaskId("1." + std::to_string(i));
    task.title = "Task number " + std::to_string(i);
    task.body = "## Task " + task.id.value + ": " + task.title + "\n";
    task.content_hash = "hash-" + task.id.value;
    if (i > 1) task.depends_on.push_back(TaskId("1." + std::to_string(i - 1)));
    plan.tasks.push_back(std::move(task));
  }
  return plan;
}

RunFixture::RunFixture(const ScratchDir& directory, int tasks)
    : plan(sequential_plan(tasks)), journal_file(directory / "journal.ndjson"), runner(directory.path()) {}

ExitCode RunFixture::go(const Orchestrator::Ask& ask, std::stop_token stop) {
  const bool resumed = std::filesystem::exists(journal_file) && !Journal::read(journal_file).empty();
  RunState state = resumed ? replay(journal_file) : RunState();
  if (!resumed) std::filesystem::remove(journal_file);
  Journal journal = resumed ? Journal::open(journal_file) : Journal::create(journal_file);
  const WorkPlan work{plan, checks, "", rules};
  Orchestrator orchestrator(work, std::move(state), journal, observers);
  std::vector<PlannedTask> tasks;
  for (const Task& task : plan.tasks) tasks.push_back({task.id, task.title, task.content_hash});
  if (resumed) {
    orchestrator.record(RunResumed{plan.sha256, tasks, {}});
  } else {
    RunStarted started;
    started.run = RunId("run");
    started.plan_sha256 = plan.sha256;
    started.tasks = tasks;
    orchestrator.record(started);
  }
  const ExitCode code = orchestrator.run(runner, ask, stop);
  orchestrator.record(RunEnded{code, ""});
  return code;
}

std::string essence(const RunState& state) {
  std::string text;
  for (const TaskState& task : state.tasks) {
    text += task.planned.id.value + " " + std::string(to_string(task.outcome)) + " " + task.detail + " " +
            task.commit;
    for (const AttemptState& attempt : task.attempts) {
      if (!attempt.ended) continue;
      text += " [" + attempt.end.result;
      for (const Evidence& evidence : attempt.evidence)
        text += " " + std::string(to_string(evidence.verdict));
      text += "]";
    }
    text += "\n";
  }
  if (state.ended) text += "exit " + std::to_string(static_cast<int>(state.ended->exit_code)) + "\n";
  return text;
}

}  // namespace milepost::test
