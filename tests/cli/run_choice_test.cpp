#include "cli/run_choice.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/state/journal.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using milepost::test::ScratchDir;

namespace {

/// Runs of one plan with the tasks 1 and 2, made in the order of their ids.
struct Runs {
  ScratchDir scratch;
  RunStore store{scratch / "state", "key"};
  std::string plan = scratch.write("M1.md", "# Milestone 1: x\n").string();

  void add(const std::string& id, const std::string& only, const std::vector<Outcome>& outcomes) {
    RunStarted started;
    started.run = RunId(id);
    started.plan_path = std::filesystem::canonical(plan).string();
    started.only = only;
    for (const char* task : {"1", "2"}) {
      if (only.empty() || only == task) started.tasks.push_back({TaskId(task), "Title", "hash"});
    }
    make_private_directories(store.files(started.run).directory);
    Journal journal = Journal::create(store.files(started.run).journal());
    journal.append({"2026-01-01T00:00:00.000Z", started}, /*sync=*/false);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      journal.append({"2026-01-01T00:00:01.000Z", TaskFinished{started.tasks[i].id, outcomes[i], ""}},
                     /*sync=*/false);
  }
  std::string resumed(bool with_answer = false) const {
    const std::vector<RunSummary> runs = runs_of_plan(store, plan);
    const RunSummary* chosen = run_to_resume(runs, with_answer);
    return chosen ? chosen->id.value : "none";
  }
};

const std::vector<Outcome> k_done = {Outcome::completed, Outcome::completed};
const std::vector<Outcome> k_half = {Outcome::completed};

}  // namespace

TEST_CASE("a plan without a run has nothing to resume") {
  CHECK(Runs().resumed() == "none");
}

TEST_CASE("the newest run is resumed") {
  Runs runs;
  runs.add("20260101-000000-aaaaaa", "", k_half);
  runs.add("20260102-000000-aaaaaa", "", k_half);
  CHECK(runs.resumed() == "20260102-000000-aaaaaa");
}

TEST_CASE("a task that was run in between does not hide the unfinished run of the whole plan") {
  Runs runs;
  runs.add("20260101-000000-aaaaaa", "", k_half);
  SUBCASE("when it is finished") {
    runs.add("20260102-000000-aaaaaa", "2", {Outcome::completed});
  }
  SUBCASE("when it failed") {
    runs.add("20260102-000000-aaaaaa", "2", {Outcome::failed});
  }
  CHECK(runs.resumed() == "20260101-000000-aaaaaa");
}

TEST_CASE("an unfinished task is resumed when the whole plan is not unfinished") {
  Runs runs;
  SUBCASE("because it was never run") {}
  SUBCASE("because it is done") {
    runs.add("20260101-000000-aaaaaa", "", k_done);
  }
  runs.add("20260102-000000-aaaaaa", "2", {Outcome::failed});
  runs.add("20260103-000000-aaaaaa", "1", {Outcome::completed});
  CHECK(runs.resumed() == "20260102-000000-aaaaaa");
}

TEST_CASE("a task that failed before the whole plan was done is not resumed") {
  Runs runs;
  runs.add("20260101-000000-aaaaaa", "2", {Outcome::failed});
  runs.add("20260102-000000-aaaaaa", "", k_done);
  CHECK(runs.resumed() == "20260102-000000-aaaaaa");
}

TEST_CASE("when everything is finished it is the whole plan's run that is finished") {
  Runs runs;
  runs.add("20260101-000000-aaaaaa", "", k_done);
  runs.add("20260102-000000-aaaaaa", "2", {Outcome::completed});
  CHECK(runs.resumed() == "20260101-000000-aaaaaa");
}

TEST_CASE("an answer goes to the run that asks") {
  Runs runs;
  runs.add("20260101-000000-aaaaaa", "", k_half);
  runs.add("20260102-000000-aaaaaa", "2", {Outcome::needs_human});
  CHECK(runs.resumed(/*with_answer=*/true) == "20260102-000000-aaaaaa");
  CHECK(runs.resumed(/*with_answer=*/false) == "20260101-000000-aaaaaa");
}

TEST_CASE("a newest run that cannot be read is told, never passed over") {
  Runs runs;
  runs.add("20260101-000000-aaaaaa", "", k_half);
  runs.add("20260102-000000-aaaaaa", "", k_half);
  const auto journal = runs.store.files(RunId("20260102-000000-aaaaaa")).journal();
  std::string text = test::slurp(journal);
  text[text.size() / 2] ^= 1;
  runs.scratch.write("state/projects/key/runs/20260102-000000-aaaaaa/journal.ndjson", text);
  CHECK_THROWS_AS(runs.resumed(), UsageError);

  Invocation look;
  look.arguments = {runs.plan};
  const auto any = [](const RunState&) { return true; };
  CHECK_THROWS_AS(run_to_look_at(runs.store, look, any), UsageError);
  look.options["run"] = {"20260101-000000-aaaaaa"};
  CHECK(run_to_look_at(runs.store, look, any).id.value == "20260101-000000-aaaaaa");
}

TEST_CASE("a look at a task finds the newest run that has it") {
  Runs runs;
  runs.add("20260101-000000-aaaaaa", "", k_half);
  runs.add("20260102-000000-aaaaaa", "2", {Outcome::failed});
  Invocation look;
  look.arguments = {runs.plan, "1"};
  const auto has_first = [](const RunState& state) { return state.find(TaskId("1")) != nullptr; };
  CHECK(run_to_look_at(runs.store, look, has_first).id.value == "20260101-000000-aaaaaa");
  look.options["run"] = {"nonsense"};
  CHECK_THROWS_AS(run_to_look_at(runs.store, look, has_first), UsageError);
}
