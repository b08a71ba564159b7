// The run is killed with SIGKILL at every point in turn, in a process of its own, and then resumed.

#include "run/run_fixture.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <stdexcept>

using namespace milepost;
using namespace milepost::test;

namespace {

void set_up(RunFixture& run) {
  run.rules.retries = 1;
  run.runner.script["1.1"] = {ended(Outcome::failed, "agent_failed", "could not"),
                              ended(Outcome::completed, "success")};
  run.runner.verdicts["1.2"] = {Verdict::failed, Verdict::passed};
  run.runner.verdicts["1.3"] = {Verdict::failed, Verdict::failed, Verdict::failed};
}

/// Kills this process when the n-th point is reached: a journal record written, or an effect of the runner.
struct Killer : RunObserver {
  explicit Killer(int at) : left(at) {}
  void point() {
    if (--left == 0) ::kill(::getpid(), SIGKILL);
  }
  void on_run_event(const RunEvent&, const RunState&) override { point(); }
  void on_agent_event(const TaskId&, const AgentEvent&) override {}
  void on_progress(std::string_view) override {}
  std::atomic<int> left;
};

/// Runs to the n-th point in a child; tells whether it was killed there.
bool killed_at(const ScratchDir& directory, int n) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    RunFixture run(directory);
    set_up(run);
    Killer killer(n);
    run.observers.push_back(&killer);
    run.runner.at = [&](const std::string&) { killer.point(); };
    run.go();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

}  // namespace

TEST_CASE("F3, F47: killed at any point, a resumed run ends like one that was never interrupted") {
  const ScratchDir undisturbed;
  RunFixture reference(undisturbed);
  set_up(reference);
  CHECK(reference.go() == ExitCode::failed);
  const std::string expected = essence(reference.state());

  int points = 0;
  for (int n = 1;; ++n) {
    const ScratchDir directory;
    if (!killed_at(directory, n)) break;
    points = n;
    RunFixture resumed(directory);
    set_up(resumed);
    CAPTURE(n);
    // Killed after the run's own end, it is finished: only what failed would run again.
    if (std::filesystem::exists(resumed.journal_file) && resumed.state().ended) {
      CHECK(essence(resumed.state()) == expected);
      continue;
    }
    // The last task's failure may have been recorded already; resuming would then give it new attempts.
    if (std::filesystem::exists(resumed.journal_file) && !Journal::read(resumed.journal_file).empty() &&
        resumed.state().count(Outcome::failed) > 0) {
      continue;
    }
    CHECK(resumed.go() == ExitCode::failed);
    CHECK(essence(resumed.state()) == expected);
    CHECK(resumed.runner.count("commit 1.1") == 1);
    CHECK(resumed.runner.count("commit 1.2") == 1);
    CHECK(resumed.runner.count("commit 1.3") == 0);
  }
  CHECK(points > 30);  // otherwise the killer never struck
}

TEST_CASE(
    "F10: an exception at any effect ends the run without a crash, and a resume ends it like any other") {
  int points = 0;
  for (int n = 1;; ++n) {
    CAPTURE(n);
    const ScratchDir directory;
    RunFixture run(directory);
    set_up(run);
    int left = n;
    run.runner.at = [&](const std::string& point) {
      if (--left == 0) throw std::runtime_error("thrown at " + point);
    };
    try {
      const ExitCode code = run.go();
      if (left > 0) break;  // there are no more effects
      CHECK((code == ExitCode::infra || code == ExitCode::failed));
    } catch (const std::runtime_error& error) {
      // What no code expects ends the run too, by the way of an error in milepost.
      CHECK(std::string(error.what()).starts_with("thrown at"));
    }
    points = n;
    if (run.state().count(Outcome::failed) > 0) continue;  // a resume would give it new attempts
    RunFixture resumed(directory);
    set_up(resumed);
    CHECK(resumed.go() == ExitCode::failed);
    const RunState state = resumed.state();
    CHECK(state.count(Outcome::completed) == 2);
    CHECK(state.count(Outcome::failed) == 1);
    CHECK(resumed.runner.count("commit 1.1") == 1);
    CHECK(resumed.runner.count("commit 1.2") == 1);
    CHECK(resumed.runner.count("commit 1.3") == 0);
  }
  CHECK(points > 15);  // otherwise nothing was thrown
}
