#include "milepost/base/error.hpp"
#include "milepost/harness/lock.hpp"
#include "milepost/harness/volume.hpp"

#include "commands.hpp"
#include "validation.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace milepost {

namespace {

constexpr const char* k_label = "milepost.harness-volume";

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

}  // namespace

ExitCode volumes_command(App& app, const Invocation& invocation) {
  const std::string& verb = invocation.arguments.front();
  if (verb != "list" && verb != "prune") {
    throw UsageError("milepost volumes: unknown word '" + verb + "'", "usage: milepost volumes list|prune");
  }
  const LoadedConfig loaded = app.load_config(invocation);
  const ContainerEngine engine = ContainerEngine::find(loaded.config.engine);
  const HarnessLock lock = read_lock(app.lock_file());
  const std::string current = volume_name(lock).value_or("");
  const Installation installation = Installation::locate();
  const VolumeContext context{engine, loaded.config.image, installation.container_programs, app.locks(),
                              {},     app.stop()};

  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  ExitCode code = ExitCode::ok;
  for (const ListedVolume& volume : engine.list_volumes(k_label)) {
    const bool in_use = volume.name == current;
    std::string harnesses;
    if (const auto label = volume.labels.find("milepost.harnesses"); label != volume.labels.end())
      harnesses = label->second;
    std::string state = in_use ? std::string(state_word(volume_state(context, lock))) : "not current";
    if (verb == "prune" && !in_use) {
      state = invocation.has("dry-run") ? "would remove" : "removed";
      try {
        if (!invocation.has("dry-run")) engine.remove_volume(volume.name);
      } catch (const InfraError& error) {
        state = "in use";  // a container of another run still mounts it: the engine refuses
      }
    }
    if (app.json)
      list.push_back(
          {{"name", volume.name}, {"state", state}, {"harnesses", harnesses}, {"current", in_use}});
    else
      app.print(volume.name + "  " + state + "  " + harnesses);
  }
  if (app.json) app.print(nlohmann::ordered_json{{"volumes", list}}.dump(2));
  return code;
}

}  // namespace milepost
