#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/volume_archive.hpp"

#include "commands.hpp"
#include "pinning.hpp"
#include "volume_listing.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

std::string to_json_text(const nlohmann::ordered_json& object) {
  return to_json_text(object, JsonForm::document);
}

void list_volumes(const App& app, const VolumeContext& context) {
  const std::vector<VolumeRow> rows = volume_rows(app, context, read_lock(app.lock_file()));
  app.print(app.json ? volumes_json(rows) : volumes_table(rows));
  if (rows.empty()) app.say("no harness volumes on " + context.engine.name());
}

/// Says what became of each volume.
void prune_volumes(const App& app, const VolumeContext& context, bool dry_run) {
  // A setup that runs now publishes its volume before it becomes the current one.
  const LockFile guard = hold_pins(app, "milepost volumes prune");
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const VolumeRow& row : volume_rows(app, context, read_lock(app.lock_file()))) {
    std::string end;
    if (row.current)
      end = "kept: the lock names it";
    else if (!row.live_runs.empty())
      end = "kept: in use by run " + row.live_runs.front();
    else if (!row.containers.empty())
      end = "kept: in use by container " + row.containers.front();
    else if (dry_run)
      end = "would be removed";
    else
      end = remove_unused_volume(context, row.name);
    const bool removed = end.empty();
    if (removed)
      end = "removed";
    else if (!end.starts_with("kept") && !dry_run)
      end.insert(0, "kept: ");
    if (app.json)
      list.push_back({{"name", row.name}, {"removed", removed}, {"state", end}});
    else
      app.print(row.name + "  " + printable(end));
  }
  if (app.json) app.print(to_json_text({{"volumes", list}}));
}

void export_to(const App& app, const VolumeContext& context, const std::string& file) {
  const HarnessLock lock = read_lock(app.lock_file());
  const std::uint64_t bytes = export_volume(context, lock, file);
  const std::string volume = volume_name(lock).value_or("");
  if (app.json)
    app.print(to_json_text({{"volume", volume}, {"file", file}, {"size_bytes", bytes}}));
  else
    app.print("the harness volume " + volume + " is in " + printable(file) + " (" + human_bytes(bytes) + ")");
}

void import_from(const App& app, const VolumeContext& context, const std::string& file) {
  const HarnessLock lock = archive_lock(file, app.stop());
  const LockFile guard = hold_pins(app, "milepost volumes import");
  const HarnessLock before = read_lock(app.lock_file());
  const std::string volume = import_volume(context, lock, file);
  write_lock(app.lock_file(), lock);
  if (app.json) app.print(to_json_text({{"volume", volume}, {"file", file}}));
  for (const LockChange& change : lock_changes(before, lock)) {
    if (!app.json) app.print(printable(change_text(change)));
  }
  app.say("harness volume " + volume + " is complete");
}

}  // namespace

ExitCode volumes_command(App& app, const Invocation& invocation) {
  const std::string& verb = invocation.arguments.front();
  const bool transfers = verb == "export" || verb == "import";
  const char* k_usage = "usage: milepost volumes list|prune|export|import [FILE]";
  if (!transfers && verb != "list" && verb != "prune")
    throw UsageError("volumes: unknown word '" + one_line(verb, 40) + "'", k_usage);
  if (transfers != (invocation.arguments.size() == 2))
    throw UsageError("volumes " + verb + (transfers ? ": FILE is missing" : " takes no further argument"),
                     k_usage);
  const LoadedConfig loaded = app.load_config(invocation);
  const ContainerEngine engine = ContainerEngine::find(loaded.config.engine);
  const Installation installation = Installation::locate();
  const VolumeContext context = volume_context(app, engine, loaded.config, installation);
  if (verb == "list") list_volumes(app, context);
  if (verb == "prune") prune_volumes(app, context, invocation.has("dry-run"));
  if (verb == "export") export_to(app, context, invocation.arguments[1]);
  if (verb == "import") import_from(app, context, invocation.arguments[1]);
  return ExitCode::ok;
}

}  // namespace milepost
