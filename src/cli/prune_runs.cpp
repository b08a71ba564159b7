#include "prune_runs.hpp"

#include "milepost/base/error.hpp"

#include <unistd.h>

#include <filesystem>
#include <set>
#include <utility>

namespace milepost {

PrunedRuns prune_runs(const RunStore& store, const std::string& before, bool dry_run) {
  PrunedRuns pruned;
  std::set<std::pair<std::string, bool>>
      seen;  // plans whose newest run has passed, whole or of a single task
  for (const RunSummary& run : store.runs()) {
    if (!run.state) continue;
    const RunStarted& started = run.state->started;
    if (seen.emplace(started.plan_path, started.only.empty()).second) continue;
    if (run.live || run.state->updated_at >= before) continue;
    try {
      // Nobody resumes it meanwhile.
      const LockFile lock =
          store.lock(started.plan_path, "pid " + std::to_string(::getpid()) + ", gc of old runs");
      if (!dry_run) {
        // First what tells of work: killed in between, it must not look like a run whose journal was lost.
        std::filesystem::remove_all(store.files(run.id).attempts());
        std::filesystem::remove_all(run.directory);
      }
      pruned.removed.push_back(run.id.value);
    } catch (const Error& error) {
      pruned.failed.push_back(run.id.value + ": " + error.what());
    } catch (const std::filesystem::filesystem_error& error) {
      pruned.failed.push_back(run.id.value + ": " + error.code().message());
    }
  }
  return pruned;
}

}  // namespace milepost
