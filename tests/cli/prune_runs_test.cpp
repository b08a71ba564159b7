#include "cli/prune_runs.hpp"

#include "milepost/state/journal.hpp"

#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using test::ScratchDir;
namespace fs = std::filesystem;

namespace {

/// A finished run of a plan whose last record is of that day.
void add_run(const RunStore& store, const std::string& id, const std::string& plan, const std::string& day,
             const std::string& only = "") {
  auto start = std::get<RunStarted>(test::sample_run().front());
  start.run = RunId(id);
  start.plan_path = plan;
  start.only = only;
  Journal journal = Journal::create(store.files(start.run).journal());
  journal.append({day + "T01:00:00.000Z", start}, false);
  journal.append({day + "T02:00:00.000Z", RunEnded{ExitCode::failed, ""}}, false);
}

struct Store {
  ScratchDir scratch;
  RunStore store{scratch.path(), "key"};
  Store() {
    add_run(store, "20260101-000000-aaaaaa", "/p/a.md", "2026-01-01");
    add_run(store, "20260102-000000-aaaaaa", "/p/a.md", "2026-01-02");
    add_run(store, "20260103-000000-aaaaaa", "/p/a.md", "2026-01-03");
    add_run(store, "20260101-000000-bbbbbb", "/p/b.md", "2026-01-01");
    add_run(store, "20260104-000000-cccccc", "/p/a.md", "2026-01-04", "4.1");
  }
  bool has(const std::string& id) const { return fs::exists(store.files(RunId(id)).directory); }
};

}  // namespace

TEST_CASE("old runs go, and the newest of each plan stays however old") {
  const Store here;
  const PrunedRuns pruned = prune_runs(here.store, "2026-06-01", /*dry_run=*/false);
  CHECK(pruned.removed == std::vector<std::string>{"20260102-000000-aaaaaa", "20260101-000000-aaaaaa"});
  CHECK(pruned.failed.empty());
  CHECK_FALSE(here.has("20260101-000000-aaaaaa"));
  CHECK(here.has("20260103-000000-aaaaaa"));
  CHECK(here.has("20260101-000000-bbbbbb"));
  CHECK(here.has("20260104-000000-cccccc"));
}

TEST_CASE("runs that are not old enough stay, and a dry run removes nothing") {
  const Store here;
  CHECK(prune_runs(here.store, "2026-01-02", /*dry_run=*/false).removed ==
        std::vector<std::string>{"20260101-000000-aaaaaa"});
  CHECK(prune_runs(here.store, "2026-06-01", /*dry_run=*/true).removed ==
        std::vector<std::string>{"20260102-000000-aaaaaa"});
  CHECK(here.has("20260102-000000-aaaaaa"));
}

TEST_CASE("a plan that is being run now keeps all its runs") {
  const Store here;
  const LockFile lock = here.store.lock("/p/a.md", "pid 1, run 20260103-000000-aaaaaa");
  const PrunedRuns pruned = prune_runs(here.store, "2026-06-01", /*dry_run=*/false);
  CHECK(pruned.removed.empty());
  CHECK(pruned.failed.size() == 2);
  CHECK(here.has("20260101-000000-aaaaaa"));
}
