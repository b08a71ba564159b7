#include "long_task.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace milepost::test;

namespace {

constexpr const char* k_ignores_signals = "trap '' INT TERM HUP";

}  // namespace

TEST_CASE("F5: a second interrupt ends milepost without its orderly end, and the leash ends the container") {
  const LongTask task(k_ignores_signals);
  // The orderly end takes until "go", as it takes its time on an engine that is busy.
  task.engine.wrap(
      "if [ \"$1\" = run ]; then\n  \"$real\" \"$@\"\n  until [ -e \"$dir/go\" ]; do sleep 0.02; done; "
      "exit\nfi");
  Program run = task.start();
  run.signal(SIGINT);
  // Both must not come together: that is one request.
  REQUIRE(eventually(20s, [&] {
    run.signal(SIGINT);
    return run.has_ended();
  }));
  const Ended ended = run.wait(20s);
  task.engine.note("go");
  INFO(ended.err);
  CHECK(ended.exit == 130);
  CHECK(task.project.report()["exit"].is_null());  // the orderly end would have written it
  task.check_gone();
  task.check_resumes();
}

TEST_CASE(
    "F67: a pipeline's cancelling, interrupt, terminate, kill, finds an orderly end although the agent "
    "ignores it") {
  const LongTask task(k_ignores_signals);
  Program run = task.start();
  run.signal_group(SIGINT);
  const Ended ended = run.wait(7500ms);  // then a pipeline sends SIGTERM
  INFO(ended.err);
  CHECK(ended.exit == 130);
  CHECK(task.project.containers().empty());
  CHECK(task.project.report()["exit"]["code"] == 130);
  task.check_resumes();
}

TEST_CASE("F68: under a shell that keeps the signals to itself, the killed tree leaves no container") {
  const LongTask task;
  std::string command = MILEPOST_TEST_PROGRAM;
  for (const std::string& word : task.run_words({"--engine", task.engine.client(), "--harness", "script"}))
    command += " '" + word + "'";
  Program shell = task.project.start_any({"bash", "-c", command + "; echo the shell goes on"});
  task.wait_until_in_the_middle(shell);
  shell.signal(SIGINT);  // reaches the shell alone, which waits for its child
  CHECK(task.project.containers("running").size() == 1);
  shell.signal_group(SIGKILL);
  shell.wait();
  task.check_gone();
  task.check_resumes();
}

TEST_CASE("F9, F18: a container that was removed while milepost was stopped ends the run as infra") {
  const LongTask task;
  Program run = task.start();
  run.signal(SIGSTOP);
  for (const std::string& name : task.project.containers())
    engine_output(task.engine.client(), {"rm", "--force", "--", name});
  CHECK(task.project.containers().empty());
  run.signal(SIGCONT);
  const Ended ended = run.wait(30s);
  INFO(ended.err);
  CHECK(ended.exit == 6);
  task.check_gone();
  task.check_resumes();
}

TEST_CASE("F37: a milepost that was stopped for a moment goes on with the same container") {
  const LongTask task;
  Program run = task.start();
  run.signal(SIGSTOP);
  task.project.write("go", "");
  REQUIRE(eventually(20s, [&] { return task.project.text("work") == "whole\n"; }));  // the agent went on
  run.signal(SIGCONT);
  const Ended ended = run.wait(30s);
  INFO(ended.err);
  CHECK(ended.exit == 0);
  CHECK(task.project.text("last") == "1\nwhole\n");
  CHECK(task.project.containers().empty());
}
