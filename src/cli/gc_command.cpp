#include "milepost/container/sweep.hpp"

#include "commands.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

ExitCode gc_command(App& app, const Invocation& invocation) {
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
