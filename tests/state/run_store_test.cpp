#include "milepost/state/run_store.hpp"

#include "milepost/base/error.hpp"
#include "milepost/state/journal.hpp"

#include "state/sample_events.hpp"
#include "support/scratch_dir.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

using namespace milepost;
using test::ScratchDir;
namespace fs = std::filesystem;

namespace {

constexpr const char* k_key = "0123456789abcdef";

RunStore store_in(const ScratchDir& scratch) {
  return RunStore(scratch / "state", k_key);
}

/// A run of the plan that recorded its start.
RunId record_run(const RunStore& store, const std::string& id, const fs::path& plan) {
  RunStarted start = test::sample_start();
  start.run = RunId(id);
  start.plan_path = fs::weakly_canonical(plan).string();
  Journal journal = Journal::create(store.files(start.run).journal());
  journal.append({"t", start}, /*sync=*/false);
  journal.append({"t", TaskStarted{TaskId("1.1")}}, /*sync=*/false);
  return start.run;
}

void damage_line(const ScratchDir& scratch, const RunStore& store, const RunId& id, std::string_view word) {
  const fs::path file = store.files(id).journal();
  std::string text = test::slurp(file);
  text[text.find(word)] ^= 1;
  scratch.write(fs::relative(file, scratch.path()).string(), text);
}

std::vector<std::string> ids(const std::vector<RunSummary>& runs) {
  std::vector<std::string> list;
  for (const RunSummary& run : runs) list.push_back(run.id.value);
  return list;
}

}  // namespace

TEST_CASE("a folder without runs has none") {
  const ScratchDir scratch;
  CHECK(store_in(scratch).runs().empty());
  CHECK_FALSE(store_in(scratch).latest(scratch / "M1.md"));
  CHECK(all_stores(scratch / "state").empty());
}

TEST_CASE("runs are listed newest first, with their state") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  record_run(store, "20260101-000000-aaaaaa", scratch / "M1.md");
  record_run(store, "20260301-000000-bbbbbb", scratch / "M2.md");
  record_run(store, "20260201-000000-cccccc", scratch / "M1.md");
  scratch.write("state/projects/0123456789abcdef/runs/notes.txt", "not a run");
  const auto runs = store.runs();
  CHECK(ids(runs) == std::vector<std::string>{"20260301-000000-bbbbbb", "20260201-000000-cccccc",
                                              "20260101-000000-aaaaaa"});
  CHECK(runs[0].state->count(Outcome::running) == 1);
  CHECK(runs[0].problem.empty());
  CHECK_FALSE(runs[0].live);
  CHECK(store.latest(scratch / "M1.md")->id == RunId("20260201-000000-cccccc"));
  CHECK_FALSE(store.latest(scratch / "M3.md"));
}

TEST_CASE("F36, F47: the run that began last is the newest, whatever the clock says") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  CHECK_FALSE(store.next_id().empty());
  const char* of_a_clock_that_was_ahead = "20991231-235959-ffffff";
  record_run(store, of_a_clock_that_was_ahead, scratch / "M1.md");
  for (int i = 0; i < 5; ++i) {
    const RunId id = record_run(store, store.next_id().value, scratch / "M1.md");
    CHECK(store.latest(scratch / "M1.md")->id == id);
  }
}

TEST_CASE("a plan is known by whichever way its path is written") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  scratch.write("docs/M1.md", "");
  fs::create_directory_symlink(scratch / "docs", scratch / "link");
  record_run(store, "20260101-000000-aaaaaa", scratch / "docs/M1.md");
  CHECK(store.latest(scratch / "link/../docs/./M1.md"));
  CHECK(store.latest(scratch / "link/M1.md"));
}

TEST_CASE("a damaged journal is listed with its problem and hides no other run") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  record_run(store, "20260101-000000-aaaaaa", scratch / "M1.md");
  const RunId damaged = record_run(store, "20260201-000000-bbbbbb", scratch / "M1.md");

  SUBCASE("below its start: it is still the latest run of its plan, and of no other") {
    damage_line(scratch, store, damaged, "task_started");
    CHECK(store.latest(scratch / "M1.md")->id == damaged);
    CHECK_FALSE(store.latest(scratch / "M2.md"));
  }
  SUBCASE("in its start: it may be any plan's, so nobody begins afresh beside it") {
    damage_line(scratch, store, damaged, "run_started");
    CHECK(store.latest(scratch / "M1.md")->id == damaged);
    CHECK(store.latest(scratch / "M2.md")->id == damaged);
  }
  SUBCASE("it is a FIFO, which nobody waits for") {
    const fs::path journal = store.files(damaged).journal();
    fs::remove(journal);
    REQUIRE(::mkfifo(journal.c_str(), 0600) == 0);
    CHECK(store.latest(scratch / "M1.md")->id == damaged);
  }
  const auto runs = store.runs();
  REQUIRE(runs.size() == 2);
  CHECK_FALSE(runs[0].state);
  CHECK(runs[0].problem.find("journal.ndjson") != std::string::npos);
  CHECK(runs[1].state);
}

TEST_CASE("a run that died before it recorded its start is listed and never resumed") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  const RunId older = record_run(store, "20260101-000000-aaaaaa", scratch / "M1.md");
  fs::create_directories(store.files(RunId("20260201-000000-bbbbbb")).directory);
  Journal::create(store.files(RunId("20260202-000000-cccccc")).journal());
  const auto runs = store.runs();
  REQUIRE(runs.size() == 3);
  CHECK(runs[0].problem.find("before it recorded its start") != std::string::npos);
  CHECK(runs[1].problem.find("before it recorded its start") != std::string::npos);
  CHECK(store.latest(scratch / "M1.md")->id == older);
}

TEST_CASE(
    "F45: a run that did work and whose journal is gone or begun anew is damaged, and nobody begins afresh") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  record_run(store, "20260101-000000-aaaaaa", scratch / "M1.md");
  const RunId lost = record_run(store, "20260201-000000-bbbbbb", scratch / "M1.md");
  fs::create_directories(store.files(lost).attempts());
  std::string what;
  SUBCASE("gone") {
    what = " is missing";
    fs::remove(store.files(lost).journal());
  }
  SUBCASE("begun anew") {
    what = " holds no record";
    fs::remove(store.files(lost).journal());
    Journal::create(store.files(lost).journal());
  }
  const auto latest = store.latest(scratch / "M1.md");
  REQUIRE(latest);
  CHECK(latest->id == lost);
  CHECK_FALSE(latest->state);
  CHECK(latest->problem.starts_with(store.files(lost).journal().string() + what));
}

TEST_CASE("F40: one run of a plan locks out the next and is live as long as it holds the lock") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  record_run(store, "20260101-000000-aaaaaa", scratch / "M1.md");
  record_run(store, "20260201-000000-bbbbbb", scratch / "M1.md");
  {
    const LockFile lock = store.lock(scratch / "M1.md", "pid 7, run 20260201-000000-bbbbbb");
    try {
      (void)store.lock(scratch / "M1.md", "pid 8");
      FAIL("the lock was given twice");
    } catch (const LockedError& error) {
      CHECK(std::string(error.what()).find("pid 7, run 20260201-000000-bbbbbb") != std::string::npos);
    }
    const LockFile other_plan = store.lock(scratch / "M2.md", "pid 9");
    CHECK(store.runs()[0].live);
    CHECK_FALSE(store.runs()[1].live);
  }
  CHECK_FALSE(store.runs()[0].live);
  const LockFile again = store.lock(scratch / "M1.md", "pid 8");
}

TEST_CASE("F40: a code folder has one run at a time, which is named to the next") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  {
    const LockFile lock = store.lock_folder("pid 7, run 20260201-000000-bbbbbb of M1.md");
    try {
      (void)store.lock_folder("pid 8");
      FAIL("the lock was given twice");
    } catch (const LockedError& error) {
      CHECK(std::string(error.what()).find("pid 7, run 20260201-000000-bbbbbb of M1.md") !=
            std::string::npos);
      CHECK(error.next_step().find("git worktree add") != std::string::npos);
    }
    // What needs the journal only goes on beside it.
    const LockFile plan = store.lock(scratch / "M1.md", "pid 8");
  }
  const LockFile again = store.lock_folder("pid 8");
}

TEST_CASE("the runs of a plan that was removed are found by its relative path") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  const fs::path plan = "no-such-plan-in-the-working-directory.md";
  record_run(store, "20260101-000000-aaaaaa", fs::absolute(plan));
  CHECK(store.latest(plan));
}

TEST_CASE("everything of a run is private") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  const RunId run = record_run(store, "20260101-000000-aaaaaa", scratch / "M1.md");
  for (fs::path at = store.files(run).directory; at != scratch.path(); at = at.parent_path())
    CHECK((fs::status(at).permissions() & fs::perms::mask) == fs::perms(0700));
}

TEST_CASE("a run id from outside cannot leave the runs directory") {
  const ScratchDir scratch;
  const RunStore store = store_in(scratch);
  CHECK(store.files(RunId("../../etc")).directory.parent_path() == store.runs_directory());
  CHECK(store.files(RunId("..")).directory.filename() != "..");
}

TEST_CASE("all projects of the state directory are found") {
  const ScratchDir scratch;
  record_run(RunStore(scratch / "state", "aaaa"), "20260101-000000-aaaaaa", scratch / "M1.md");
  record_run(RunStore(scratch / "state", "bbbb"), "20260102-000000-bbbbbb", scratch / "M1.md");
  const auto stores = all_stores(scratch / "state");
  REQUIRE(stores.size() == 2);
  CHECK(ids(stores[0].runs()).size() == 1);
}
