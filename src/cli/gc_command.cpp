#include "milepost/base/error.hpp"
#include "milepost/base/time.hpp"
#include "milepost/container/sweep.hpp"

#include "commands.hpp"
#include "prune_runs.hpp"
#include "time_ago.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

/// Only when asked for by name, and by age: what a run left is never removed by itself.
ExitCode gc_runs(const App& app, const Invocation& invocation) {
  const auto age = invocation.value("older-than");
  if (!age)
    throw UsageError("gc --runs needs an age", "for example: milepost gc --runs --older-than 90d --dry-run");
  const bool dry_run = invocation.has("dry-run");
  const PrunedRuns pruned =
      prune_runs(app.store(app.code_folder()), time_ago(parse_duration(*age, "--older-than")), dry_run);
  if (app.json) {
    app.print(
        nlohmann::ordered_json{{"dry_run", dry_run}, {"removed", pruned.removed}, {"failed", pruned.failed}}
            .dump(2));
  } else {
    for (const std::string& run : pruned.removed) app.print((dry_run ? "would remove  " : "removed  ") + run);
    for (const std::string& problem : pruned.failed) app.print("could not remove  " + problem);
    if (pruned.removed.empty() && pruned.failed.empty()) app.say("no run is old enough");
  }
  return pruned.failed.empty() ? ExitCode::ok : ExitCode::infra;
}

}  // namespace

ExitCode gc_command(App& app, const Invocation& invocation) {
  if (invocation.has("runs")) return gc_runs(app, invocation);
  if (invocation.has("older-than"))
    throw UsageError("--older-than is for runs", "milepost gc --runs --older-than 90d");
  const bool dry_run = invocation.has("dry-run");
  const ContainerEngine engine = ContainerEngine::find(app.load_config(invocation).config.engine);
  const SweepResult result = sweep(engine, dry_run);
  if (app.json) {
    app.print(nlohmann::ordered_json{{"dry_run", dry_run},
                                     {"removed", result.removed},
                                     {"alive", result.alive},
                                     {"unclear", result.unclear},
                                     {"failed", result.failed}}
                  .dump(2));
  } else {
    const auto list = [&](const std::vector<std::string>& names, const std::string& what) {
      for (const std::string& name : names) app.print(what + "  " + name);
    };
    list(result.removed, dry_run ? "would remove" : "removed");
    list(result.failed, "could not remove");
    list(result.unclear, "kept (owner unclear)");
    list(result.alive, "in use");
    if (result.removed.empty() && result.failed.empty() && result.unclear.empty() && result.alive.empty()) {
      app.say("no container of milepost on " + engine.name());
    }
  }
  return result.failed.empty() ? ExitCode::ok : ExitCode::cleanup_failed;
}

}  // namespace milepost
