#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/lock_file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/lock.hpp"
#include "milepost/harness/volume.hpp"

#include "commands.hpp"
#include "validation.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace milepost {

namespace {

std::string_view state_word(VolumeState state) {
  switch (state) {
    case VolumeState::none_needed:
      return "none needed";
    case VolumeState::missing:
      return "missing";
    case VolumeState::incomplete:
      return "incomplete";
    case VolumeState::complete:
      return "complete";
  }
  return "unknown";
}

/// The volumes of runs that are live now, of every repository: between populating and starting its container
/// a run's volume is mounted nowhere yet.
std::set<std::string> volumes_of_live_runs(const App& app) {
  std::set<std::string> names;
  for (const RunStore& store : all_stores(app.directories.state)) {
    for (const RunSummary& run : store.runs()) {
      if (run.live && run.state) names.insert(run.state->started.volume);
    }
  }
  return names;
}

/// Removes a volume that is not current and says what became of it.
std::string prune(const ContainerEngine& engine, const std::string& name, bool dry_run) {
  if (dry_run) return "would remove";
  try {
    engine.remove_volume(name);
    return "removed";
  } catch (const InfraError& error) {
    // A container still mounts it, of whatever kind: the engine refuses.
    return std::string("kept: ") + one_line(error.what(), 200);
  }
}

}  // namespace

ExitCode volumes_command(App& app, const Invocation& invocation) {
  const std::string& verb = invocation.arguments.front();
  if (verb != "list" && verb != "prune") {
    throw UsageError("volumes: unknown word '" + verb + "'", "usage: milepost volumes list|prune");
  }
  const LoadedConfig loaded = app.load_config(invocation);
  const ContainerEngine engine = ContainerEngine::find(loaded.config.engine);
  const Installation installation = Installation::locate();
  const VolumeContext context{engine, loaded.config.image, installation.container_programs, app.locks(),
                              {},     app.stop()};

  // A setup that runs now publishes its volume before it becomes the current one.
  std::optional<LockFile> no_setup;
  if (verb == "prune") {
    make_private_directories(app.locks());
    no_setup = LockFile::acquire(app.locks() / "setup.lock", "milepost volumes prune", app.stop(),
                                 [&](const std::string&) { app.say("waiting for a milepost setup …"); });
  }
  const HarnessLock lock = read_lock(app.lock_file());
  const std::string current = volume_name(lock).value_or("");
  const std::set<std::string> live = volumes_of_live_runs(app);

  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  const std::vector<ListedVolume> volumes = engine.list_volumes(k_volume_label);
  for (const ListedVolume& volume : volumes) {
    std::string harnesses;
    if (const auto label = volume.labels.find("milepost.harnesses"); label != volume.labels.end())
      harnesses = label->second;
    std::string state = "not current";
    if (volume.name == current)
      state = state_word(volume_state(context, lock));
    else if (live.contains(volume.name))
      state = "in use by a run";
    else if (verb == "prune")
      state = prune(engine, volume.name, invocation.has("dry-run"));
    if (app.json)
      list.push_back({{"name", volume.name},
                      {"state", state},
                      {"harnesses", harnesses},
                      {"current", volume.name == current}});
    else
      app.print(volume.name + "  " + state + "  " + printable(harnesses));
  }
  if (app.json)
    app.print(nlohmann::ordered_json{{"volumes", list}}.dump(2, ' ', false,
                                                             nlohmann::json::error_handler_t::replace));
  else if (volumes.empty())
    app.say("no harness volumes on " + engine.name());
  return ExitCode::ok;
}

}  // namespace milepost
